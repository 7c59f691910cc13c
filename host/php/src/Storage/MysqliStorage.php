<?php

declare(strict_types=1);

namespace Hookwright\Storage;

use mysqli;

/** Storages on mysqli, for MySQL and MariaDB. */
final class MysqliStorage
{
    /**
     * On the application's own connection. What is published while the application has a transaction open there commits
     * with it, or not at all.
     *
     * @param mysqli|(\Closure(): mysqli) $mysqli a function, where the application may replace its connection
     */
    public static function on(mysqli|\Closure $mysqli): Storage
    {
        $present = $mysqli instanceof mysqli ? static fn (): mysqli => $mysqli : $mysqli;

        return new SqlStorage(new MysqliLink($present, true, "the application's database"));
    }

    /**
     * On a connection of Hookwright's own, opened when it is first needed, and again after it was lost.
     *
     * @param \Closure(): mysqli $connect opens it
     * @param string             $name    tells the database in errors
     */
    public static function open(\Closure $connect, string $name = 'the database'): Storage
    {
        return new SqlStorage(new MysqliLink(static function () use ($connect): mysqli {
            $mysqli = $connect();
            array_map($mysqli->query(...), MysqlSession::settings());

            return $mysqli;
        }, false, $name));
    }
}
