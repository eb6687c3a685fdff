-- The public halves of the organisation's recovery keys. The private halves are never here. The one that is not retired
-- is given out; the others stay, so that an old rescue file names its key.
create table recovery_key (
    tenant integer not null references tenant (id),
    id text not null,
    public blob not null,
    made_at integer not null,
    retired_at integer,
    primary key (tenant, id)
) strict, without rowid;
create unique index recovery_key_newest on recovery_key (tenant) where retired_at is null;
