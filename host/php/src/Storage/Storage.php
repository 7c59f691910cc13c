<?php

declare(strict_types=1);

namespace Hookwright\Storage;

/**
 * A SQL database. The component writes the SQL; a storage runs it, and knows nothing of what it means.
 *
 * The rules are those of `execute` in wit/webhooks/storage.wit.
 */
interface Storage
{
    public function dialect(): Dialect;

    /**
     * Runs the statements in their order, in one transaction: all of them take effect or none.
     *
     * @param list<Statement> $statements
     *
     * @return list<ResultSet> one for each statement
     *
     * @throws StorageError the batch has been rolled back
     */
    public function execute(Mode $mode, array $statements): array;
}
