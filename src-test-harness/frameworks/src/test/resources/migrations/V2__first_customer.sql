insert into customer(name) values('Ada');
create index customer_name on customer(name);
