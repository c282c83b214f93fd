-- Why there is as much stock as there is, and what of it is promised.

CREATE TYPE movement_kind AS ENUM ('OPENING', 'RECEIPT', 'CORRECTION', 'SALE', 'RETURN');
CREATE TABLE stock_movements (
    id uuid PRIMARY KEY,
    variant_id uuid NOT NULL,
    location_id uuid NOT NULL,
    kind movement_kind NOT NULL,
    quantity integer NOT NULL CHECK (quantity <> 0),
    reservation_id uuid,
    actor_id uuid,
    moved_at timestamptz NOT NULL
);
CREATE INDEX stock_movements_level ON stock_movements (variant_id, location_id, id);
COMMENT ON TABLE stock_movements IS 'Every change of what is on hand; on hand is their sum. Names no row by a foreign key, so that history outlives what it tells of.';
COMMENT ON COLUMN stock_movements.quantity IS 'Units: what came in is positive, what went out negative.';
COMMENT ON COLUMN stock_movements.reservation_id IS 'The reservation that a SALE ended.';
CREATE TRIGGER stock_movements_stay BEFORE UPDATE OR DELETE ON stock_movements FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER stock_movements_stand BEFORE TRUNCATE ON stock_movements FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

INSERT INTO stock_movements (id, variant_id, location_id, kind, quantity, moved_at)
SELECT gen_random_uuid(), variant_id, location_id, 'OPENING', on_hand, updated_at FROM stock_levels WHERE on_hand > 0;

CREATE TYPE reservation_state AS ENUM ('OPEN', 'FULFILLED', 'RELEASED');
CREATE TABLE stock_reservations (
    id uuid PRIMARY KEY,
    variant_id uuid NOT NULL,
    location_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    state reservation_state NOT NULL,
    made_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT stock_reservations_end CHECK ((state = 'OPEN') = (ended_at IS NULL)),
    FOREIGN KEY (variant_id, location_id) REFERENCES stock_levels
);
CREATE INDEX stock_reservations_open ON stock_reservations (order_line_id) WHERE state = 'OPEN';
COMMENT ON TABLE stock_reservations IS 'Units that are promised to an order line. Reserved is the sum of the open ones. One ends when the goods leave, or when the line is given up.';
