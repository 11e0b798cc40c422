\set password `cat /service-secret/password`
CREATE ROLE dateline_service LOGIN PASSWORD :'password';
