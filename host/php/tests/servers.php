<?php

declare(strict_types=1);

namespace Hookwright\Tests;

use Hookwright\Storage\MysqliStorage;
use Hookwright\Storage\PdoStorage;
use Hookwright\Storage\Storage;

/** A database server, and how a test speaks to it: through PDO, or through mysqli as WordPress sets it. */
final class DatabaseServer
{
    private function __construct(public readonly string $driver, public readonly string $url)
    {
    }

    /** @return list<self> those that there are, each driver by itself */
    public static function all(): array
    {
        $found = [];
        foreach (['mysql' => 'MYSQL', 'mysqli' => 'MYSQL', 'pgsql' => 'PGSQL'] as $driver => $name) {
            $url = getenv("PHP_HOOKWRIGHT_TEST_{$name}");
            if (is_string($url) && $url !== '') {
                $found[] = new self($driver, $url);
            }
        }

        return $found;
    }

    /** A connection as an application has it. */
    public function connect(string $charset = 'utf8mb4'): \PDO|\mysqli
    {
        $parts = parse_url($this->url);
        [$user, $password] = $this->login();
        if ($this->driver === 'mysqli') {
            mysqli_report(MYSQLI_REPORT_OFF);
            $mysqli = new \mysqli($parts['host'], $user, $password, ltrim($parts['path'], '/'), $parts['port']);
            $mysqli->set_charset($charset);
            $mysqli->query("SET SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION'");

            return $mysqli;
        }

        return new \PDO($this->driver === 'mysql' ? "{$this->dsn()};charset={$charset}" : $this->dsn(), $user, $password);
    }

    /** On a connection of Hookwright's own. */
    public function own(): Storage
    {
        return $this->driver === 'mysqli'
            ? MysqliStorage::open(fn () => $this->connect())
            : PdoStorage::open($this->dsn(), ...$this->login());
    }

    /** SQL that says which connection this is. */
    public function whoAmI(): string
    {
        return $this->driver === 'pgsql' ? 'SELECT pg_backend_pid()' : 'SELECT CONNECTION_ID()';
    }

    /** SQL that ends a connection. */
    public function kill(int $connection): string
    {
        return $this->driver === 'pgsql' ? "SELECT pg_terminate_backend({$connection}, 10000)" : "KILL {$connection}";
    }

    public function dsn(): string
    {
        $parts = parse_url($this->url);
        $driver = $this->driver === 'mysqli' ? 'mysql' : $this->driver;

        return "{$driver}:host={$parts['host']};port={$parts['port']};dbname=" . ltrim($parts['path'], '/');
    }

    /** @return array{string, string} user and password */
    public function login(): array
    {
        $parts = parse_url($this->url);

        return [urldecode($parts['user']), urldecode($parts['pass'])];
    }
}

/** On the application's connection. */
function storage(\PDO|\mysqli $connection): Storage
{
    return $connection instanceof \PDO ? PdoStorage::on($connection) : MysqliStorage::on($connection);
}

/** The first value of a query. */
function value(\PDO|\mysqli $connection, string $sql): string
{
    $result = $connection->query($sql);

    return (string) ($result instanceof \PDOStatement ? $result->fetchColumn() : $result->fetch_row()[0]);
}
