<?php

declare(strict_types=1);

// WP-CLI with a terminal, as far as our commands use it: WP-CLI itself is in no registry that tests may use.
// Load it before WordPress; then `WP_CLI::run(['hookwright', 'status'])`.

namespace {
    define('WP_CLI', true);

    final class WP_CLI
    {
        /** @var array<string, callable|object> */
        private static array $commands = [];

        public static function add_command(string $name, callable|object $command): void
        {
            self::$commands[$name] = $command;
        }

        public static function line(string $line): void
        {
            echo "{$line}\n";
        }

        public static function log(string $line): void
        {
            echo "{$line}\n";
        }

        public static function success(string $line): void
        {
            echo "Success: {$line}\n";
        }

        public static function warning(string $line): void
        {
            fwrite(STDERR, "Warning: {$line}\n");
        }

        public static function error(string $line): void
        {
            fwrite(STDERR, "Error: {$line}\n");
            exit(1);
        }

        /** @param list<string> $words the command line without `wp` */
        public static function run(array $words): void
        {
            $command = self::$commands[array_shift($words)];
            $wanted = (string) array_shift($words);
            [$arguments, $options] = [[], []];
            foreach ($words as $word) {
                if (str_starts_with($word, '--')) {
                    [$name, $value] = explode('=', substr($word, 2), 2) + [1 => true];
                    $options[$name] = $value;
                } else {
                    $arguments[] = $word;
                }
            }
            foreach ((new ReflectionObject($command))->getMethods(ReflectionMethod::IS_PUBLIC) as $method) {
                $comment = (string) $method->getDocComment();
                $name = preg_match('/@subcommand\s+(\S+)/', $comment, $found) === 1 ? $found[1] : $method->getName();
                if ($name === $wanted && !$method->isStatic()) {
                    $method->invoke($command, $arguments, $options);

                    return;
                }
            }
            self::error("'{$wanted}' is not a registered subcommand");
        }
    }
}

namespace WP_CLI\Utils {
    /**
     * @param list<mixed>  $items
     * @param list<string> $fields
     */
    function format_items(string $format, array $items, array $fields): void
    {
        if ($format === 'ids') {
            echo implode(' ', $items), "\n";

            return;
        }
        echo implode("\t", $fields), "\n";
        foreach ($items as $item) {
            echo implode("\t", array_map(static fn (string $field) => (string) ($item[$field] ?? ''), $fields)), "\n";
        }
    }
}
