"""The tables of a world's database, and what earlier formats lack of them."""

APPLICATION_ID = 0x4D41456D
"""Written into every world file, so that another program's database is recognised and left alone."""

FORMAT = 7
"""Version of the schema; a file of an earlier one gets what it lacks, as far back as `ADDITIONS` reach."""

SCHEMA = """
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE flavors (id TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE stock (flavor TEXT, zone TEXT, room INTEGER NOT NULL, PRIMARY KEY (flavor, zone)) WITHOUT ROWID;
CREATE TABLE projects (id TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE quotas (project TEXT, kind TEXT, most INTEGER NOT NULL, PRIMARY KEY (project, kind)) WITHOUT ROWID;
CREATE TABLE networks (
    number INTEGER PRIMARY KEY, project TEXT NOT NULL, name TEXT NOT NULL, created_at REAL NOT NULL,
    ready_at REAL NOT NULL, outcome TEXT NOT NULL, deleting_at REAL, gone_at REAL, document TEXT NOT NULL
);
CREATE INDEX networks_by_name ON networks (project, name);
CREATE TABLE pools (
    number INTEGER PRIMARY KEY, project TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL,
    waiting INTEGER NOT NULL, gone_at REAL
);
CREATE UNIQUE INDEX pools_by_name ON pools (project, name);
CREATE INDEX pools_that_wait ON pools (project) WHERE waiting;
CREATE TABLE nodes (
    number INTEGER PRIMARY KEY, pool INTEGER NOT NULL, name TEXT NOT NULL,
    flavor TEXT NOT NULL, node_pool TEXT NOT NULL, step TEXT NOT NULL, az TEXT NOT NULL, private_ip TEXT NOT NULL,
    created_at REAL NOT NULL, checking_at REAL, ready_at REAL, breaks_at REAL, mends_at REAL, failed INTEGER NOT NULL,
    deleting_at REAL, gone_at REAL, creation_order INTEGER, deletion_order INTEGER,
    locked INTEGER NOT NULL DEFAULT 0, drained INTEGER NOT NULL DEFAULT 0, cluster TEXT NOT NULL DEFAULT '',
    driver_before TEXT, since_at REAL NOT NULL,
    spare INTEGER NOT NULL DEFAULT 0, batch TEXT NOT NULL DEFAULT '', details TEXT NOT NULL DEFAULT ''
);
CREATE TABLE stays (
    pool INTEGER NOT NULL, since_at REAL NOT NULL, ready_at REAL, breaks_at REAL, mends_at REAL, left_at REAL NOT NULL
);
CREATE INDEX stays_by_pool ON stays (pool);
CREATE INDEX nodes_by_name ON nodes (pool, name);
CREATE INDEX nodes_by_pool ON nodes (pool);
CREATE INDEX nodes_by_break ON nodes (pool) WHERE breaks_at IS NOT NULL;
CREATE INDEX nodes_by_creation ON nodes (creation_order) WHERE creation_order IS NOT NULL;
CREATE INDEX nodes_by_deletion ON nodes (deletion_order) WHERE deletion_order IS NOT NULL;
CREATE TABLE orders (
    number INTEGER PRIMARY KEY, project TEXT NOT NULL, name TEXT NOT NULL, pool TEXT NOT NULL,
    created_at REAL NOT NULL, begins_at REAL NOT NULL, ends_at REAL, document TEXT NOT NULL
);
CREATE UNIQUE INDEX orders_by_name ON orders (project, name);
CREATE TABLE training_jobs (
    number INTEGER PRIMARY KEY, project TEXT NOT NULL, id TEXT NOT NULL, pool TEXT NOT NULL, hosts TEXT NOT NULL,
    phase TEXT NOT NULL, created_at REAL NOT NULL, queued_at REAL NOT NULL, waits_since REAL, starts_at REAL,
    stops_at REAL, ends_at REAL, final_phase TEXT NOT NULL, reason TEXT NOT NULL, gone_at REAL, document TEXT NOT NULL
);
CREATE UNIQUE INDEX training_jobs_by_id ON training_jobs (project, id);
CREATE INDEX training_jobs_waiting ON training_jobs (project, waits_since) WHERE waits_since IS NOT NULL;
CREATE TABLE workloads (
    number INTEGER PRIMARY KEY, project TEXT NOT NULL, id TEXT NOT NULL, pool TEXT NOT NULL, hosts TEXT NOT NULL,
    status TEXT NOT NULL, created_at REAL NOT NULL, starts_at REAL, ends_at REAL, document TEXT NOT NULL
);
CREATE UNIQUE INDEX workloads_by_id ON workloads (project, id);
CREATE TABLE jobs (
    number INTEGER PRIMARY KEY, project TEXT NOT NULL, id TEXT NOT NULL, created_at REAL NOT NULL, ends_at REAL,
    document TEXT NOT NULL
);
CREATE UNIQUE INDEX jobs_by_id ON jobs (project, id);
CREATE TABLE moves (
    job INTEGER NOT NULL, project TEXT NOT NULL, node TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL,
    ends_at REAL, arrives INTEGER NOT NULL
);
CREATE INDEX moves_by_end ON moves (project, ends_at);
CREATE INDEX moves_by_job ON moves (job);
CREATE TABLE agenda (
    number INTEGER PRIMARY KEY, at REAL NOT NULL, project TEXT NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL
);
CREATE INDEX agenda_by_time ON agenda (at);
CREATE TABLE set_aside (
    number INTEGER PRIMARY KEY, at REAL NOT NULL, project TEXT NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL,
    error TEXT NOT NULL
);
CREATE TABLE faults (
    number INTEGER PRIMARY KEY, rule TEXT NOT NULL, times INTEGER, armed_at REAL NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0, hits INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE buckets (rule INTEGER, scope TEXT, full_at REAL NOT NULL, PRIMARY KEY (rule, scope)) WITHOUT ROWID;
CREATE TABLE exchanges (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    operation TEXT, project TEXT, query TEXT NOT NULL, headers TEXT NOT NULL, body BLOB, status INTEGER NOT NULL,
    response_headers TEXT NOT NULL, response BLOB, fault TEXT
);
CREATE TABLE tokens (digest TEXT PRIMARY KEY, expires_at REAL NOT NULL) WITHOUT ROWID;
"""

JSON_COLUMNS = frozenset({"document", "hosts", "payload", "rule", "value", "query", "headers", "response_headers"})
"""Columns whose text is JSON, in any table."""

ADDITIONS = {
    4: """
ALTER TABLE nodes ADD COLUMN spare INTEGER NOT NULL DEFAULT 0;
ALTER TABLE nodes ADD COLUMN batch TEXT NOT NULL DEFAULT '';
CREATE TABLE workloads (
    number INTEGER PRIMARY KEY, project TEXT NOT NULL, id TEXT NOT NULL, pool TEXT NOT NULL, hosts TEXT NOT NULL,
    status TEXT NOT NULL, created_at REAL NOT NULL, starts_at REAL, ends_at REAL, document TEXT NOT NULL
);
CREATE UNIQUE INDEX workloads_by_id ON workloads (project, id);
""",
    5: """
CREATE TABLE set_aside (
    number INTEGER PRIMARY KEY, at REAL NOT NULL, project TEXT NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL,
    error TEXT NOT NULL
);
""",
    6: """
ALTER TABLE nodes ADD COLUMN details TEXT NOT NULL DEFAULT '';
""",
}
"""What makes a database of each earlier format one of the next: tables, and columns that have a default."""

WORLD_TABLES = (
    *("flavors", "stock", "quotas", "projects", "networks", "pools", "nodes", "stays", "orders", "training_jobs"),
    *("workloads", "jobs", "moves", "agenda", "set_aside", "tokens"),
)
"""Tables that a reset empties before it seeds the world again."""
