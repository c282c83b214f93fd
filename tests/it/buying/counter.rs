//! What is said at the counter: every call that buying takes, to whatever program answers at an address.

use serde_json::{Value, json};

/// What an order is read as.
pub const ORDER: &str = "fragment order on Order { id name orderNumber state financialStatus fulfillmentStatus cancelReason cancellable email note
    customerLocale currencyCode paymentMethod totalPrice { amount currencyCode } currentTotalPrice { amount } totalRefunded { amount }
    shippingAddress { lastName city } customAttributes { key value }
    payment { state cardBrand cardLastDigits amount { amount } owed { amount } paid { amount } refunded { amount } }
    vendorOrders { id name state endNote trackingCompany trackingNumber vendorName vendor { id handle } cost { total { amount } }
        lines { title variantTitle sku quantity unitPrice { amount } originalTotalPrice { amount } customAttributes { key value } } }
    timeline { kind state actor vendorOrder { id } } }";

/// What a vendor's order is read as at its desk.
pub const DESK: &str = "fragment part on VendorDeskOrder { id name state version steps note endNote trackingCompany trackingNumber
    paymentMethod amountToCollect { amount } cost { total { amount } } lines { title quantity } contact { name }
    timeline { kind state actor } }";

const FAULTS: &str = "userErrors { code field message }";

/// Somebody at the counter.
#[derive(Clone)]
pub struct Counter {
    http: reqwest::Client,
    address: String,
    token: Option<String>,
    header: Option<String>,
}

/// Why something was refused, as a person is told: each code with its field as one text.
pub type Refused = Vec<(String, String)>;

impl Counter {
    /// Nobody in particular, at this address.
    pub fn at(address: &str) -> Self {
        Self {
            http: crate::support::http::client(),
            address: address.to_owned(),
            token: None,
            header: None,
        }
    }

    /// Whoever has this access token.
    pub fn of(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// With the header `Idempotency-Key`.
    pub fn keyed(&self, key: &str) -> Self {
        Self {
            header: Some(key.to_owned()),
            ..self.clone()
        }
    }

    /// Whoever signs in with this address.
    pub async fn sign_in(&self, email: &str) -> Self {
        let query = "mutation($email: String!, $password: String!) { accountSignIn(email: $email, password: $password) {
            tokens { accessToken } } }";
        let variables = json!({ "email": email, "password": super::PASSWORD });
        let data = self.data(query, variables).await;
        self.of(data["accountSignIn"]["tokens"]["accessToken"]
            .as_str()
            .unwrap_or_else(|| panic!("{email}: {data:#}")))
    }

    /// The whole body of an answer; none when nobody answered.
    pub async fn try_ask(&self, query: &str, variables: Value) -> reqwest::Result<Value> {
        let mut request = self.http.post(format!("{}/graphql", self.address));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(key) = &self.header {
            request = request.header("idempotency-key", key);
        }
        let body = json!({ "query": query, "variables": variables });
        request.json(&body).send().await?.json().await
    }

    /// The whole body of an answer.
    pub async fn ask(&self, query: &str, variables: Value) -> Value {
        self.try_ask(query, variables).await.unwrap()
    }

    /// The data of an operation that must succeed.
    pub async fn data(&self, query: &str, variables: Value) -> Value {
        let mut body = self.ask(query, variables).await;
        assert!(body.get("errors").is_none(), "{body:#}\n{query}");
        body["data"].take()
    }

    /// Begins a cart with lines that can all be had; its id.
    pub async fn cart(&self, lines: &[Value]) -> String {
        self.cart_of(json!({ "lines": lines })).await
    }

    /// Begins a cart; its id.
    pub async fn cart_of(&self, input: Value) -> String {
        let query = "mutation($input: CartInput) { cartCreate(input: $input) { cart { id } userErrors { code field message } warnings { message } } }";
        let mut data = self.data(query, json!({ "input": input })).await;
        let answer = data["cartCreate"].take();
        assert_eq!(
            (&answer["userErrors"], &answer["warnings"]),
            (&json!([]), &json!([]))
        );
        answer["cart"]["id"].as_str().unwrap().to_owned()
    }

    /// The document that buys a cart.
    pub fn checkout(key: Option<&str>) -> String {
        let directive = key
            .map(|key| format!("@idempotent(key: {})", json!(key)))
            .unwrap_or_default();
        format!(
            "mutation Buy($input: CheckoutCompleteInput!) {{ done: checkoutComplete(input: $input) {directive} {{ order {{ ...order }} {FAULTS} }} }} {ORDER}"
        )
    }

    /// Buys a cart; the whole payload.
    pub async fn complete(&self, input: Value, key: Option<&str>) -> Value {
        let query = Self::checkout(key);
        self.data(&query, json!({ "input": input })).await["done"].take()
    }

    /// Buys a cart and asks for no more than the order's id; the whole payload.
    pub async fn rush(&self, input: Value) -> Value {
        let key = json!(super::key());
        let query = format!(
            "mutation Rush($input: CheckoutCompleteInput!) {{ done: checkoutComplete(input: $input) @idempotent(key: {key}) {{ order {{ id }} {FAULTS} }} }}"
        );
        self.data(&query, json!({ "input": input })).await["done"].take()
    }

    /// Buys a cart that must be sold; the order.
    pub async fn buy(&self, input: Value) -> Value {
        let mut answer = self.complete(input, Some(&super::key())).await;
        assert_eq!(answer["userErrors"], json!([]), "{answer:#}");
        answer["order"].take()
    }

    /// Buys a cart that must not be sold; why.
    pub async fn refused(&self, input: Value) -> Refused {
        refusals(&self.complete(input, Some(&super::key())).await, "order")
    }

    /// The order of an id; null when whoever asks must not see it.
    pub async fn order(&self, id: &str) -> Value {
        let query = format!("query($id: ID!) {{ order(id: $id) {{ ...order }} }} {ORDER}");
        self.data(&query, json!({ "id": id })).await["order"].take()
    }

    /// Takes a vendor's step, such as `Accept`; the whole payload. `more` is more of the input.
    pub async fn step(&self, step: &str, part: &Value, more: Value) -> Value {
        let query = step_document(step, None);
        self.data(&query, json!({ "input": step_input(part, more) }))
            .await["done"]
            .take()
    }

    /// Takes a step that must be allowed; the vendor's order.
    pub async fn stepped(&self, step: &str, part: &Value) -> Value {
        let mut answer = self.step(step, part, json!({})).await;
        assert_eq!(answer["userErrors"], json!([]), "{step}");
        answer["vendorOrder"].take()
    }

    /// Calls an order off, or a part of it; the whole payload.
    pub async fn cancel(&self, order: &str, part: Option<&Value>) -> Value {
        let query = format!(
            "mutation($input: OrderCancelInput!) {{ done: orderCancel(input: $input) {{ order {{ ...order }} {FAULTS} }} }} {ORDER}"
        );
        let input = json!({ "orderId": order, "vendorOrderId": part });
        self.data(&query, json!({ "input": input })).await["done"].take()
    }

    /// What a vendor's desk shows: its orders, newest first.
    pub async fn desk(&self, vendor: &str) -> Vec<Value> {
        let query = format!(
            "query($vendor: ID!) {{ vendorDesk(vendorId: $vendor) {{ orders(first: 50) {{ nodes {{ ...part }} }} }} }} {DESK}"
        );
        let data = self.data(&query, json!({ "vendor": vendor })).await;
        data["vendorDesk"]["orders"]["nodes"]
            .as_array()
            .unwrap()
            .clone()
    }
}

/// The document of a vendor's step.
pub fn step_document(step: &str, key: Option<&str>) -> String {
    let input = match step {
        "Ship" | "Reject" => format!("VendorOrder{step}Input"),
        _ => "VendorOrderStepInput".to_owned(),
    };
    let directive = key
        .map(|key| format!("@idempotent(key: {})", json!(key)))
        .unwrap_or_default();
    format!(
        "mutation($input: {input}!) {{ done: vendorOrder{step}(input: $input) {directive} {{ vendorOrder {{ ...part }} {FAULTS} }} }} {DESK}"
    )
}

/// The input of a step with a part of an order as [`ORDER`] reads it.
pub fn step_input(part: &Value, more: Value) -> Value {
    let mut input = json!({ "vendorId": part["vendor"]["id"], "vendorOrderId": part["id"] });
    let fields = input.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    input
}

/// Why something was refused, of a payload whose `outcome` must be null.
pub fn refusals(answer: &Value, outcome: &str) -> Refused {
    assert_eq!(answer[outcome], Value::Null, "{answer:#}");
    let errors = answer["userErrors"].as_array().unwrap();
    let of = |error: &Value| {
        let path = error["field"].as_array().unwrap().iter();
        let path: Vec<&str> = path.map(|part| part.as_str().unwrap()).collect();
        assert!(!error["message"].as_str().unwrap().is_empty());
        (error["code"].as_str().unwrap().to_owned(), path.join("."))
    };
    let found: Refused = errors.iter().map(of).collect();
    assert!(!found.is_empty(), "{answer:#}");
    found
}
