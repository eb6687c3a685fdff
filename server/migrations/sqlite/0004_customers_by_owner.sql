-- Customers are found by their manager, too: the key of those that were written before core made it. The name behind
-- it only orders them; the next write of a customer sets it.
insert or ignore into row_key (tenant, key, typ, id)
select tenant, 'customer.owner|' || json_extract(body, '$.owner') || '|', typ, id
from row
where typ = 'customer' and deleted = 0;
