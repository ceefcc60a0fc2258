-- The database's roles. Run once, as its superuser: by the image's first start, or for a managed server by
--   psql -f docker/postgres/roles.sql   (docs/scaling.md), with the passwords' files at these paths.
\set ON_ERROR_STOP on
\set owner_password `cat /run/secrets/database_owner_password`
\set app_password `cat /run/secrets/database_app_password`
\set backup_password `cat /run/secrets/database_backup_password`

-- Owns the tables and changes them: migrations only.
CREATE ROLE app_owner LOGIN PASSWORD :'owner_password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
-- Reads and writes rows: the application and its workers. Owns nothing, so it can change no table.
CREATE ROLE app LOGIN PASSWORD :'app_password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
ALTER ROLE app SET statement_timeout = '30s';
ALTER ROLE app SET idle_in_transaction_session_timeout = '60s';
-- Reads everything, and writes down which backup was proven.
CREATE ROLE app_backup LOGIN PASSWORD :'backup_password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
GRANT pg_read_all_data TO app_backup;

REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO app_owner, app, app_backup;
GRANT CREATE ON DATABASE :"DBNAME" TO app_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO app_owner;
GRANT USAGE ON SCHEMA public TO app, app_backup;
-- Not bound to a schema, so that they also hold for the one that a restore makes anew.
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner GRANT USAGE ON SCHEMAS TO app, app_backup;
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app;
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner GRANT USAGE, SELECT ON SEQUENCES TO app;

-- What the restore test of the backups found (docs/backups.md). No part of a backup itself.
CREATE SCHEMA backup AUTHORIZATION app_backup;
GRANT USAGE ON SCHEMA backup TO app;
CREATE TABLE backup.proof (
  snapshot text PRIMARY KEY,
  taken_at timestamptz NOT NULL,
  proven_at timestamptz NOT NULL DEFAULT now(),
  tables integer NOT NULL,
  rows bigint NOT NULL
);
ALTER TABLE backup.proof OWNER TO app_backup;
GRANT SELECT ON backup.proof TO app;
