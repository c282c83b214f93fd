-- What is owed and what was paid.

CREATE TYPE payment_state AS ENUM ('PENDING', 'PAID', 'DECLINED', 'VOIDED');
CREATE TABLE payments (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL CONSTRAINT payments_order UNIQUE REFERENCES orders,
    method payment_method NOT NULL,
    state payment_state NOT NULL,
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount bigint NOT NULL CHECK (amount >= 0),
    paid bigint NOT NULL DEFAULT 0 CHECK (paid >= 0),
    refunded bigint NOT NULL DEFAULT 0 CHECK (refunded >= 0),
    forgone bigint NOT NULL DEFAULT 0 CHECK (forgone >= 0),
    card_brand text,
    card_last_digits text CHECK (card_last_digits ~ '^[0-9]{4}$'),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT payments_paid CHECK (paid <= amount AND refunded <= paid AND forgone <= amount)
);
COMMENT ON TABLE payments IS 'How an order is paid. No number of a card is ever kept but its last four digits.';
COMMENT ON COLUMN payments.amount IS 'The order''s total, minor units.';
COMMENT ON COLUMN payments.paid IS 'What came in: the charges that were done, or cash for the parts that were delivered.';
COMMENT ON COLUMN payments.refunded IS 'What was given back: the refunds that were done.';
COMMENT ON COLUMN payments.forgone IS 'What is owed no longer, for parts that were rejected or cancelled.';

CREATE TABLE payment_allocations (
    payment_id uuid NOT NULL REFERENCES payments,
    vendor_order_id uuid NOT NULL REFERENCES vendor_orders,
    amount bigint NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (payment_id, vendor_order_id)
);
COMMENT ON TABLE payment_allocations IS 'Which part of a payment is for which vendor order; they sum to the order''s total.';

CREATE TYPE operation_kind AS ENUM ('CHARGE', 'REFUND');
CREATE TYPE operation_state AS ENUM ('PLANNED', 'UNKNOWN', 'DONE', 'FAILED');
CREATE TABLE payment_operations (
    id uuid PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payments,
    vendor_order_id uuid REFERENCES vendor_orders,
    kind operation_kind NOT NULL,
    state operation_state NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    instrument text NOT NULL,
    failure text,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX payment_operations_payment ON payment_operations (payment_id);
CREATE INDEX payment_operations_open ON payment_operations (next_attempt_at) WHERE state IN ('PLANNED', 'UNKNOWN');
COMMENT ON TABLE payment_operations IS 'What is asked of a gateway. Committed before the gateway is called; its id is the gateway''s key, so that asking twice does it once.';
COMMENT ON COLUMN payment_operations.vendor_order_id IS 'What is refunded, when it is one vendor''s part.';
COMMENT ON COLUMN payment_operations.instrument IS 'What the gateway shall charge, as a token of the gateway: never a card number.';
COMMENT ON COLUMN payment_operations.next_attempt_at IS 'When the gateway is asked again, while the outcome is not known.';

CREATE TABLE test_gateway_charges (
    operation_id uuid PRIMARY KEY,
    kind operation_kind NOT NULL,
    amount bigint NOT NULL,
    currency char(3) NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('APPROVED', 'DECLINED', 'VOIDED')),
    reason text,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE test_gateway_charges IS 'The memory of the built-in TEST gateway, which stands for a payment company''s own: nothing but the gateway reads or writes it.';
