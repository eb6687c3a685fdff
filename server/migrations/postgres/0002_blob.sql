-- The blobs of which all bytes have come, by their SHA-256. The bytes are not here; which rows name them is in row_key,
-- under blob|HASH.
create table blob (
    tenant bigint not null,
    hash bytea not null,
    bytes bigint not null,
    made_at bigint not null,
    primary key (tenant, hash)
);
alter table blob enable row level security, force row level security;
create policy own on blob using (tenant = nullif(current_setting('leeway.tenant', true), '')::bigint);
