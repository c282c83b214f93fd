-- Lists are filtered by the names of vendors, in whichever case they are written.

CREATE INDEX vendors_by_name ON vendors (lower(name));
CREATE INDEX vendor_translations_by_name ON vendor_translations (lower(name));
