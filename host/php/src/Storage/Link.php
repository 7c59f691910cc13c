<?php

declare(strict_types=1);

namespace Hookwright\Storage;

/**
 * One connection to a database: what differs from driver to driver. A class for another driver than PDO is a page.
 *
 * Each method throws `Trouble`, or a `StorageError` that is final.
 */
interface Link
{
    public function dialect(): Dialect;

    /** Names the database in errors, without a password. */
    public function name(): string;

    /** Whether the connection is the application's, so that it may have a transaction open. */
    public function isApplications(): bool;

    /** Runs a statement of ours that has neither parameters nor rows. */
    public function command(string $sql): void;

    /** Begins a transaction of our own. */
    public function begin(Mode $mode): void;

    /** Gives back what `begin` has taken beside the transaction. */
    public function release(Mode $mode): void;

    /** Opens the savepoint if a transaction is open, and says so. It is the database that is asked. */
    public function join(string $savepoint): bool;

    /** What a person does about a transaction that is open there; asked where `join` has found one that may not be. */
    public function remedy(): string;

    /**
     * Bounds how long the application's transaction waits for a lock, where the application has not done so itself.
     *
     * @return string|null the command that undoes it
     */
    public function boundWaits(): ?string;

    /** @return ResultSet of a statement, whose index names it in errors */
    public function run(int $index, Statement $statement): ResultSet;

    /** Forgets the connection, if it is ours; the next batch opens another. */
    public function forget(): void;
}
