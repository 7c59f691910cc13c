<?php

declare(strict_types=1);

namespace Hookwright\Storage;

/** What a batch is for, and so how it stands to a transaction that the application has open. */
enum Mode: string
{
    /** Queries. Joins the application's transaction. */
    case Read = 'read';

    /** Changes. Joins the application's transaction under a savepoint; else a transaction of its own. */
    case Write = 'write';

    /** Claim, settle, purge: always a transaction of its own. Refused as unavailable inside the application's. */
    case Own = 'own';

    /** Changes of the tables. As `Own`, and under a lock. */
    case Schema = 'schema';
}
