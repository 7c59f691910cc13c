<?php

declare(strict_types=1);

namespace Hookwright\Storage;

/** Which SQL a database speaks. */
enum Dialect: string
{
    /** SQLite 3.35 or newer. */
    case Sqlite = 'sqlite';

    /** PostgreSQL 12 or newer. */
    case Postgres = 'postgres';

    /** MariaDB 10.6, MySQL 8.0, or newer. */
    case Mysql = 'mysql';
}
