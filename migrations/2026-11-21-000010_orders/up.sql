-- What was bought, and what each vendor does about it.

CREATE TYPE order_state AS ENUM ('AWAITING_PAYMENT', 'PENDING', 'ACCEPTED', 'PREPARING', 'SHIPPED', 'DELIVERED', 'REJECTED', 'CANCELLED', 'RETURNED');
CREATE TYPE payment_method AS ENUM ('CASH_ON_DELIVERY', 'TEST');
CREATE TYPE cancel_reason AS ENUM ('CUSTOMER', 'DECLINED', 'INVENTORY', 'STAFF', 'OTHER');

CREATE SEQUENCE order_numbers START 1001;
COMMENT ON SEQUENCE order_numbers IS 'Numbers that people read; a refused order may leave a gap.';

CREATE TABLE orders (
    id uuid PRIMARY KEY,
    number bigint NOT NULL CONSTRAINT orders_number UNIQUE DEFAULT nextval('order_numbers'),
    cart_id uuid NOT NULL,
    customer_id uuid NOT NULL REFERENCES customers,
    secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
    market_id uuid NOT NULL REFERENCES markets,
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    language text NOT NULL,
    country char(2) NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    state order_state NOT NULL,
    payment_method payment_method NOT NULL,
    subtotal bigint NOT NULL CHECK (subtotal >= 0),
    delivery bigint NOT NULL CHECK (delivery >= 0),
    tax bigint NOT NULL CHECK (tax >= 0),
    discount bigint NOT NULL CHECK (discount >= 0),
    total bigint NOT NULL CHECK (total BETWEEN 0 AND 1000000000000),
    note text NOT NULL CHECK (char_length(note) <= 5000),
    attributes jsonb NOT NULL,
    cancel_reason cancel_reason,
    placed_at timestamptz NOT NULL,
    cancelled_at timestamptz,
    updated_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT orders_total CHECK (total = subtotal + delivery + tax - discount),
    CONSTRAINT orders_cancelled CHECK ((cancelled_at IS NULL) = (cancel_reason IS NULL))
);
ALTER SEQUENCE order_numbers OWNED BY orders.number;
CREATE UNIQUE INDEX orders_cart ON orders (cart_id) WHERE cancel_reason IS DISTINCT FROM 'DECLINED';
CREATE INDEX orders_of_customer ON orders (customer_id, id);
CREATE INDEX orders_of_customer_by_total ON orders (customer_id, total, id);
COMMENT ON TABLE orders IS 'A customer''s order: what was bought of all vendors at once. Amounts are minor units of its currency.';
COMMENT ON COLUMN orders.cart_id IS 'The cart it was made of: one order each, but for orders whose payment was declined.';
COMMENT ON COLUMN orders.secret_hash IS 'SHA-256 of the secret in the order''s id, by which a guest reads it.';
COMMENT ON COLUMN orders.state IS 'Follows from its vendor orders; only the function that changes those writes it.';

CREATE TABLE order_contacts (
    order_id uuid PRIMARY KEY REFERENCES orders,
    email text NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    company text NOT NULL,
    address1 text NOT NULL,
    address2 text NOT NULL,
    city text NOT NULL,
    province text NOT NULL,
    zip text NOT NULL,
    country char(2) NOT NULL,
    phone text NOT NULL
);
COMMENT ON TABLE order_contacts IS 'Who an order goes to, as it was said at the sale: so that it can be blanked, with the note of the order and what the storefront wants remembered.';

CREATE TABLE vendor_orders (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders,
    vendor_id uuid NOT NULL REFERENCES vendors,
    position smallint NOT NULL CHECK (position >= 1),
    state order_state NOT NULL,
    released boolean NOT NULL DEFAULT false,
    subtotal bigint NOT NULL CHECK (subtotal >= 0),
    delivery bigint NOT NULL CHECK (delivery >= 0),
    tax bigint NOT NULL CHECK (tax >= 0),
    discount bigint NOT NULL CHECK (discount >= 0),
    total bigint NOT NULL CHECK (total >= 0),
    end_note text CHECK (char_length(end_note) <= 500),
    tracking_company text CHECK (char_length(tracking_company) <= 100),
    tracking_number text CHECK (char_length(tracking_number) <= 100),
    placed_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT vendor_orders_once UNIQUE (order_id, vendor_id),
    CONSTRAINT vendor_orders_position UNIQUE (order_id, position),
    CONSTRAINT vendor_orders_total CHECK (total = subtotal + delivery + tax - discount),
    CONSTRAINT vendor_orders_released CHECK (state = 'CANCELLED' OR released = (state <> 'AWAITING_PAYMENT'))
);
CREATE INDEX vendor_orders_of_vendor ON vendor_orders (vendor_id, id) WHERE released;
CREATE INDEX vendor_orders_of_vendor_by_state ON vendor_orders (vendor_id, state, id) WHERE released;
COMMENT ON TABLE vendor_orders IS 'One vendor''s part of an order: it has the state. Parts of an order sum to the whole.';
COMMENT ON COLUMN vendor_orders.position IS 'Which part of its order it is.';
COMMENT ON COLUMN vendor_orders.released IS 'Whether the vendor was ever shown it: from PENDING on, and for good. What was called off before its payment never was the vendor''s.';
COMMENT ON COLUMN vendor_orders.end_note IS 'What was said when it was rejected or cancelled.';

CREATE TABLE order_lines (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders,
    vendor_order_id uuid NOT NULL REFERENCES vendor_orders,
    position smallint NOT NULL CHECK (position >= 1),
    product_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    title text NOT NULL,
    variant_title text NOT NULL,
    sku text,
    image_file_id uuid,
    quantity integer NOT NULL CHECK (quantity > 0),
    unit_price bigint NOT NULL CHECK (unit_price >= 0),
    subtotal bigint NOT NULL CHECK (subtotal >= 0),
    tax bigint NOT NULL CHECK (tax >= 0),
    discount bigint NOT NULL CHECK (discount >= 0),
    total bigint NOT NULL CHECK (total >= 0),
    attributes jsonb NOT NULL,
    CONSTRAINT order_lines_position UNIQUE (order_id, position),
    CONSTRAINT order_lines_subtotal CHECK (subtotal = unit_price * quantity),
    CONSTRAINT order_lines_total CHECK (total = subtotal + tax - discount)
);
CREATE INDEX order_lines_vendor_order ON order_lines (vendor_order_id, position);
COMMENT ON TABLE order_lines IS 'What was sold, as it was at the sale: later changes of the catalogue do not reach it.';
COMMENT ON COLUMN order_lines.title IS 'Title of the product, in the language of the order.';
COMMENT ON COLUMN order_lines.variant_title IS 'The choices, in the language of the order.';
COMMENT ON COLUMN order_lines.unit_price IS 'Minor units, as is all money here.';

CREATE TYPE actor_kind AS ENUM ('CUSTOMER', 'VENDOR', 'STAFF', 'SYSTEM');
CREATE TABLE order_timeline (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL,
    vendor_order_id uuid,
    kind text NOT NULL CHECK (kind ~ '^[A-Z_]{1,40}$'),
    state order_state,
    actor actor_kind NOT NULL,
    actor_id uuid,
    happened_at timestamptz NOT NULL
);
CREATE INDEX order_timeline_order ON order_timeline (order_id, id);
COMMENT ON TABLE order_timeline IS 'What happened to an order, step by step; ids and states, nothing about a person.';
COMMENT ON COLUMN order_timeline.vendor_order_id IS 'The part it happened to; absent for the whole order.';
COMMENT ON COLUMN order_timeline.state IS 'The state it led to.';
CREATE TRIGGER order_timeline_stay BEFORE UPDATE OR DELETE ON order_timeline FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER order_timeline_stand BEFORE TRUNCATE ON order_timeline FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
