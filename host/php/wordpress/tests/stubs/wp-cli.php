<?php

declare(strict_types=1);

// What the plugin uses of WP-CLI.

defined('ABSPATH') || exit;

define('WP_CLI', true);

final class WP_CLI_Ended extends Exception
{
}

final class WP_CLI
{
    /** @var array<string, callable|object> */
    public static array $commands = [];

    /** @var list<string> */
    public static array $told = [];

    public static function add_command(string $name, callable|object $command): void
    {
        self::$commands[$name] = $command;
    }

    public static function line(string $text): void
    {
        self::$told[] = $text;
    }

    public static function log(string $text): void
    {
        self::$told[] = $text;
    }

    public static function success(string $text): void
    {
        self::$told[] = "Success: {$text}";
    }

    public static function warning(string $text): void
    {
        self::$told[] = "Warning: {$text}";
    }

    public static function error(string $text): never
    {
        self::$told[] = "Error: {$text}";
        throw new WP_CLI_Ended($text);
    }
}
