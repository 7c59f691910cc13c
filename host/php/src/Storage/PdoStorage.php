<?php

declare(strict_types=1);

namespace Hookwright\Storage;

use PDO;

/** Storages on PDO. */
final class PdoStorage
{
    /** "HOOK": SQLite's application id of a database that Hookwright made. */
    private const APPLICATION_ID = 0x484F4F4B;

    /** Settings of a DSN that may stand in an error. */
    private const TOLD = ['host', 'hostaddr', 'port', 'dbname', 'service', 'unix_socket'];

    /**
     * On the application's own connection. What is published while the application has a transaction open there commits
     * with it, or not at all.
     */
    public static function on(PDO $pdo): Storage
    {
        $driver = (string) $pdo->getAttribute(PDO::ATTR_DRIVER_NAME);

        return new SqlStorage(new PdoLink($pdo, null, $driver, "the application's database"));
    }

    /**
     * On a connection of Hookwright's own, opened when it is first needed, and again after it was lost.
     *
     * @param string $dsn as PDO takes it: `sqlite:/path`, `mysql:host=...;dbname=...`, `pgsql:host=...;dbname=...`
     */
    public static function open(
        #[\SensitiveParameter] string $dsn,
        ?string $user = null,
        #[\SensitiveParameter] ?string $password = null,
    ): Storage {
        [$driver, $rest] = explode(':', $dsn, 2) + [1 => ''];
        $name = $driver === 'sqlite' ? $rest : "{$driver}:" . self::place($driver, $rest);
        if ($driver === 'sqlite' && in_array($rest, ['', ':memory:'], true)) {
            throw new StorageError('unavailable', "`{$dsn}` names a database that no other connection sees; give a file");
        }
        $connect = static fn (): PDO => self::connect($driver, $dsn, $user, $password);

        return new SqlStorage(new PdoLink(null, $connect, $driver, $name));
    }

    /**
     * What a DSN says of where the database is. It may hold a password, in more spellings than one.
     *
     * @param string $settings of a server, as PDO takes them: those of libpq end at a space too, and may be quoted
     */
    private static function place(string $driver, #[\SensitiveParameter] string $settings): string
    {
        $value = $driver === 'pgsql' ? "'(?:[^'\\\\]|\\\\.)*+'?|[^;\\s]*+" : '[^;]*+';
        preg_match_all("/([a-z_]+)\\s*=\\s*({$value})/i", $settings, $pairs, PREG_SET_ORDER);
        $told = array_filter($pairs, static fn (array $pair) => in_array(strtolower($pair[1]), self::TOLD, true));

        return implode(';', array_map(static fn (array $pair) => "{$pair[1]}={$pair[2]}", $told));
    }

    private static function connect(
        string $driver,
        #[\SensitiveParameter] string $dsn,
        ?string $user,
        #[\SensitiveParameter] ?string $password,
    ): PDO {
        $pdo = new PDO($dsn, $user, $password, [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_TIMEOUT => 5]);
        match ($driver) {
            'sqlite' => self::setSqlite($pdo, substr($dsn, 7)),
            'mysql' => array_map($pdo->exec(...), MysqlSession::settings()),
            default => $pdo->exec("SET client_encoding = 'UTF8'; SET lock_timeout = 5000"),
        };

        return $pdo;
    }

    /** As host/rust/storage does: a new file becomes ours, an application's is left as it is, others are refused. */
    private static function setSqlite(PDO $pdo, string $file): void
    {
        $pdo->exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY');
        $owner = (int) $pdo->query('PRAGMA application_id')->fetchColumn() & 0xFFFFFFFF;
        $used = (bool) $pdo->query('SELECT EXISTS (SELECT 1 FROM sqlite_schema)')->fetchColumn();
        if ($owner === 0 && !$used) {
            $pdo->exec('BEGIN IMMEDIATE');
            $used = (bool) $pdo->query('SELECT EXISTS (SELECT 1 FROM sqlite_schema)')->fetchColumn();
            if (!$used) {
                $pdo->exec('PRAGMA application_id = ' . self::APPLICATION_ID);
                $owner = self::APPLICATION_ID;
            }
            $pdo->exec('COMMIT');
        }
        if ($owner === self::APPLICATION_ID) {
            $pdo->exec('PRAGMA journal_mode = WAL');
        } elseif ($owner !== 0) {
            throw new StorageError('unavailable', sprintf(
                '%s is a database of another program (application id 0x%08x); give another path',
                $file,
                $owner,
            ));
        }
    }
}
