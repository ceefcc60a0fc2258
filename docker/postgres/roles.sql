-- The database's roles. Run by the image's first start as its superuser, or by hand (docs/deployment.md,
-- docs/scaling.md) as a role that owns the database and may create roles, with the passwords' files at these
-- paths. Safe to repeat: then it makes what is missing, and gives the roles the passwords that the files hold now.
\set ON_ERROR_STOP on
\set owner_password `cat /run/secrets/database_owner_password`
\set app_password `cat /run/secrets/database_app_password`
\set backup_password `cat /run/secrets/database_backup_password`
-- Only where docker-compose.pitr.yml is used.
\set archive_password `cat /run/secrets/database_archive_password 2>/dev/null || true`
SELECT :'archive_password' <> '' AS archiving \gset

SELECT format('CREATE ROLE %I', name)
  FROM unnest(ARRAY['app_owner', 'app', 'app_backup']) AS name
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
-- Who is no superuser, such as the administrator of a managed database, acts as the roles that he has made.
SELECT format('GRANT app_owner, app_backup TO %I WITH INHERIT TRUE, SET TRUE', current_user)
  FROM pg_roles WHERE rolname = current_user AND NOT rolsuper \gexec
-- Owns the tables and changes them: migrations only.
ALTER ROLE app_owner LOGIN PASSWORD :'owner_password';
-- Reads and writes rows: the application and its workers. Owns nothing, so it can change no table.
ALTER ROLE app LOGIN PASSWORD :'app_password';
ALTER ROLE app SET statement_timeout = '30s';
ALTER ROLE app SET idle_in_transaction_session_timeout = '60s';
-- Reads every table, and writes down which backup was proven.
ALTER ROLE app_backup LOGIN PASSWORD :'backup_password';
\if :archiving
-- Receives what is written ahead, and copies the files: no table is open to it by SQL.
SELECT 'CREATE ROLE app_archive' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app_archive')
  \gexec
ALTER ROLE app_archive LOGIN REPLICATION PASSWORD :'archive_password';
GRANT pg_read_all_settings, pg_read_all_stats TO app_archive;
GRANT EXECUTE ON FUNCTION pg_backup_start(text, boolean), pg_backup_stop(boolean),
  pg_create_restore_point(text), pg_switch_wal() TO app_archive;
\endif

REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO app_owner, app, app_backup;
\if :archiving
GRANT CONNECT ON DATABASE :"DBNAME" TO app_archive;
\endif
GRANT CREATE ON DATABASE :"DBNAME" TO app_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO app_owner;
GRANT USAGE ON SCHEMA public TO app, app_backup;
-- Not bound to a schema, so that they also hold for the one that a restore makes anew.
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner GRANT USAGE ON SCHEMAS TO app, app_backup;
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app;
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner GRANT USAGE, SELECT ON SEQUENCES TO app;
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner GRANT SELECT ON TABLES TO app_backup;
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner GRANT SELECT ON SEQUENCES TO app_backup;
-- Where there were tables before.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO app_backup;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO app_backup;

-- What the restore test of the backups found (docs/backups.md). No part of a backup itself.
CREATE SCHEMA IF NOT EXISTS backup AUTHORIZATION app_backup;
GRANT USAGE ON SCHEMA backup TO app;
CREATE TABLE IF NOT EXISTS backup.proof (
  snapshot text PRIMARY KEY,
  taken_at timestamptz NOT NULL,
  proven_at timestamptz NOT NULL DEFAULT now(),
  tables integer NOT NULL,
  rows bigint NOT NULL
);
ALTER TABLE backup.proof OWNER TO app_backup;
GRANT SELECT ON backup.proof TO app;
