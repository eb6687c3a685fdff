-- The blobs of which all bytes have come, by their SHA-256. The bytes are not here; which rows name them is in row_key,
-- under blob|HASH.
create table blob (
    tenant integer not null references tenant (id),
    hash blob not null,
    bytes integer not null,
    made_at integer not null,
    primary key (tenant, hash)
) strict, without rowid;
