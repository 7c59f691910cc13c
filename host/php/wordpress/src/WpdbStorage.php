<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

use Hookwright\Storage\Dialect;
use Hookwright\Storage\Mode;
use Hookwright\Storage\MysqliLink;
use Hookwright\Storage\MysqliStorage;
use Hookwright\Storage\SqlStorage;
use Hookwright\Storage\Storage;
use Hookwright\Storage\StorageError;
use Hookwright\Storage\Trouble;
use mysqli;
use wpdb;

/**
 * The site's database through the connection that WordPress itself uses, so that an event commits with what it tells of.
 *
 * Decides when WordPress is asked to connect again: before a batch after an error, or after a pause; and when a connection
 * beside it is needed.
 */
final class WpdbStorage implements Storage
{
    private const NAME = "the site's database";

    /** Servers of shared hosts end connections that are idle for so long, and no sooner. */
    private const IDLE_SECONDS = 5.0;

    /** The character set in which texts and bytes survive. */
    private const CHARSET = 'utf8mb4';

    private readonly ?MysqliLink $link;

    private readonly Storage $storage;

    private float $usedAt;

    public function __construct(private readonly wpdb $wpdb)
    {
        $this->usedAt = microtime(true);
        if (in_array($wpdb->charset, [self::CHARSET, null, ''], true)) {
            $this->link = new MysqliLink(
                $this->connection(...),
                true,
                self::NAME,
                'set DB_CHARSET to utf8mb4 in wp-config.php, once the tables are converted',
            );
            $this->storage = new SqlStorage($this->link);
        } else {
            // An old site, whose own texts would not survive another character set: a connection beside WordPress's.
            $this->link = null;
            $this->storage = MysqliStorage::open($this->connectBeside(...), self::NAME);
        }
    }

    public function dialect(): Dialect
    {
        return Dialect::Mysql;
    }

    public function execute(Mode $mode, array $statements): array
    {
        if ($this->link !== null && microtime(true) - $this->usedAt > self::IDLE_SECONDS) {
            $this->connectAgain();
        }
        try {
            $results = $this->storage->execute($mode, $statements);
            $this->usedAt = microtime(true);

            return $results;
        } catch (StorageError $error) {
            $this->usedAt = 0.0;
            throw $error;
        }
    }

    /** Whether somebody has a transaction open on the connection that is used; the database is asked. */
    public function isInTransaction(): bool
    {
        if ($this->link === null) {
            return false;
        }
        try {
            if (!$this->link->join('hookwright_probe')) {
                return false;
            }
            $this->link->command('RELEASE SAVEPOINT hookwright_probe');

            return true;
        } catch (Trouble | StorageError) {
            return false;
        }
    }

    /** WordPress's own way: it pings, and opens another connection where there is no answer. */
    private function connectAgain(): void
    {
        if (!$this->wpdb->check_connection(false)) {
            throw new StorageError('unavailable', "the site's database cannot be reached: {$this->wpdb->last_error}");
        }
    }

    private function connection(): mysqli
    {
        $present = $this->wpdb->dbh;
        if ($present instanceof mysqli) {
            return $present;
        }
        throw new StorageError('unavailable', 'Hookwright needs MySQL or MariaDB through mysqli; this site speaks to its'
            . ' database by ' . get_debug_type($present));
    }

    private function connectBeside(): mysqli
    {
        [$host, $port, $socket, $isIpv6] = $this->wpdb->parse_db_host(DB_HOST) ?: [DB_HOST, null, null, false];
        $mysqli = new mysqli();
        $flags = defined('MYSQL_CLIENT_FLAGS') ? MYSQL_CLIENT_FLAGS : 0;
        $mysqli->real_connect($isIpv6 ? "[{$host}]" : $host, DB_USER, DB_PASSWORD, DB_NAME, (int) $port, $socket, $flags);

        return $mysqli;
    }
}
