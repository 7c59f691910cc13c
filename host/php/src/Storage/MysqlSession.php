<?php

declare(strict_types=1);

namespace Hookwright\Storage;

/**
 * How a connection to MySQL or MariaDB begins a batch, waits for locks and must be set, whatever driver holds it.
 *
 * @internal
 */
final class MysqlSession
{
    private const LOCK_SECONDS = 5;

    /** The lock of schema batches, one for each database of a server, the same in every host. */
    private const SCHEMA_LOCK = "CONCAT('hookwright-', LEFT(SHA2(DATABASE(), 256), 40))";

    /**
     * @param \Closure(string): void   $command runs SQL that has no rows
     * @param \Closure(string): string $text    gives the first value of a query, as text
     */
    public function __construct(private readonly \Closure $command, private readonly \Closure $text)
    {
    }

    /** For a connection of our own. @return list<string> */
    public static function settings(): array
    {
        return [
            'SET NAMES utf8mb4',
            "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
            'SET SESSION innodb_lock_wait_timeout = ' . self::LOCK_SECONDS . ', SESSION autocommit = 1',
        ];
    }

    public function begin(Mode $mode): void
    {
        if ($mode === Mode::Read) {
            ($this->command)('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
            ($this->command)('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');

            return;
        }
        if ($mode === Mode::Schema) {
            $got = ($this->text)('SELECT GET_LOCK(' . self::SCHEMA_LOCK . ', ' . self::LOCK_SECONDS . ')');
            if ($got !== '1') {
                throw new Trouble(Trouble::LOCKED, 'another process changes the tables');
            }
        }
        ($this->command)('SET TRANSACTION ISOLATION LEVEL READ COMMITTED');
        ($this->command)('START TRANSACTION READ WRITE');
    }

    public function release(Mode $mode): void
    {
        if ($mode === Mode::Schema) {
            ($this->text)('SELECT RELEASE_LOCK(' . self::SCHEMA_LOCK . ')');
        }
    }

    /** @return string|null the command that undoes it */
    public function boundWaits(): ?string
    {
        $wait = self::LOCK_SECONDS;
        $present = (int) ($this->text)('SELECT @@SESSION.innodb_lock_wait_timeout');
        if ($present <= $wait) {
            return null;
        }
        ($this->command)("SET SESSION innodb_lock_wait_timeout = {$wait}");

        return "SET SESSION innodb_lock_wait_timeout = {$present}";
    }

    /** What a person does about the transaction that is open. */
    public function remedy(): string
    {
        return ($this->text)('SELECT @@SESSION.autocommit') === '0'
            ? 'autocommit is off on the connection, so that one is always open: switch it on'
            : 'end it first';
    }

    /**
     * In another character set the server would change or refuse what is written.
     *
     * @param string $name   of the database
     * @param string $remedy what a person can do
     */
    public function checkCharset(string $name, string $remedy): void
    {
        $charset = ($this->text)('SELECT @@SESSION.character_set_client');
        if ($charset !== 'utf8mb4') {
            throw new StorageError('unavailable', "{$name} is spoken to in {$charset}; {$remedy}");
        }
    }
}
