-- Bare: the same data as plaintext, in the tables and with the indexes a good engineer would make.
-- No gate, no sealing, no row-level security; one audit row per request.
create extension if not exists pg_trgm;

create table client (client_id uuid primary key, name text not null);

create table token (
  hash bytea primary key,
  user_id uuid not null,
  expires_at timestamptz not null,
  revoked boolean not null default false
);

-- Person and employment in one row, with the current job's fields that lists sort and filter by.
create table staff (
  client_id uuid not null,
  subject_id uuid not null,
  person_record uuid not null,
  person_revision integer not null,
  employment_record uuid not null,
  employment_revision integer not null,
  at timestamptz not null,
  by uuid not null,
  via uuid,
  staff_number text not null,
  given_name text,
  family_name text,
  date_of_birth date,
  hire_date date,
  termination_date date,
  status text,
  employment_type text,
  title text,
  department text,
  location text,
  search text not null,
  primary key (client_id, subject_id)
);

create table job (
  client_id uuid not null,
  subject_id uuid not null,
  record_id uuid not null,
  revision integer not null,
  at timestamptz not null,
  by uuid not null,
  via uuid,
  valid_from date,
  valid_until date,
  title text,
  department text,
  location text,
  manager text,
  eeo_category text,
  primary key (client_id, subject_id, record_id)
);

create table contact (
  client_id uuid not null,
  subject_id uuid not null,
  record_id uuid not null,
  revision integer not null,
  at timestamptz not null,
  by uuid not null,
  via uuid,
  work_email text,
  primary key (client_id, subject_id, record_id)
);

create table pay (
  client_id uuid not null,
  subject_id uuid not null,
  record_id uuid not null,
  revision integer not null,
  at timestamptz not null,
  by uuid not null,
  via uuid,
  valid_from date,
  valid_until date,
  base numeric,
  currency text,
  basis text,
  primary key (client_id, subject_id, record_id)
);

create table demographic (
  client_id uuid not null,
  subject_id uuid not null,
  record_id uuid not null,
  revision integer not null,
  at timestamptz not null,
  by uuid not null,
  via uuid,
  sex text,
  hispanic_latino boolean,
  race text,
  primary key (client_id, subject_id)
);

create table staff_history (like staff, replaced_at timestamptz not null);
create table job_history (like job, replaced_at timestamptz not null);
create table contact_history (like contact, replaced_at timestamptz not null);
create table pay_history (like pay, replaced_at timestamptz not null);
create table demographic_history (like demographic, replaced_at timestamptz not null);
create index staff_history_subject on staff_history (client_id, subject_id);
create index job_history_subject on job_history (client_id, subject_id);
create index contact_history_subject on contact_history (client_id, subject_id);
create index pay_history_subject on pay_history (client_id, subject_id);
create index demographic_history_subject on demographic_history (client_id, subject_id);

create unique index staff_number on staff (client_id, staff_number);
create index staff_name on staff (client_id, family_name, given_name, subject_id);
-- A long pending list keeps the index out of the way of an import; vacuum merges it afterwards.
create index staff_search on staff using gin (search gin_trgm_ops)
  with (gin_pending_list_limit = 131072);

create table audit (
  client_id uuid not null,
  id bigint generated always as identity,
  at timestamptz not null,
  user_id uuid not null,
  op text not null,
  outcome text not null,
  purpose text,
  types text[] not null,
  subjects uuid[] not null,
  detail text,
  primary key (client_id, id)
);

create table import_job (
  client_id uuid not null,
  import_id uuid not null,
  fingerprint bytea not null,
  rows integer not null,
  at timestamptz not null,
  primary key (client_id, import_id),
  unique (client_id, fingerprint)
);
