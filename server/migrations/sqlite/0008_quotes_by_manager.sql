-- Quotes are found by who made them, too: the key of those that were written before core made it.
insert or ignore into row_key (tenant, key, typ, id)
select tenant, 'quote.by|' || json_extract(body, '$.by') || '|' || printf('%015d', max(json_extract(body, '$.made_at'), 0)),
    typ, id
from row
where typ = 'quote' and deleted = 0;
