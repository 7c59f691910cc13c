<?php

declare(strict_types=1);

// What the tests of real.php stand on: a receiver, what arrived there, a command of WP-CLI.

namespace Hookwright\WordPress\Tests;

use Hookwright\WordPress\Delivery;

function same(mixed $expected, mixed $seen, string $what): void
{
    if ($expected !== $seen) {
        $told = static fn (mixed $value): string => (string) json_encode($value, JSON_UNESCAPED_SLASHES | JSON_PRETTY_PRINT);
        throw new \LogicException("{$what}\nexpected: {$told($expected)}\nseen:     {$told($seen)}");
    }
}

/** Waits until the condition holds, 20 s at most. */
function eventually(callable $condition, string $what): void
{
    $end = microtime(true) + 20;
    while (!$condition()) {
        same(true, microtime(true) < $end, $what);
        usleep(10_000);
    }
}

/** A receiver on this machine. */
final class Receiver
{
    public readonly string $url;

    private readonly string $folder;

    /** @var resource */
    private $program;

    public function __construct()
    {
        $this->folder = sys_get_temp_dir() . '/hookwright-wordpress-' . bin2hex(random_bytes(6));
        mkdir($this->folder, 0700);
        file_put_contents("{$this->folder}/receive.php", '<?php if ($_SERVER["REQUEST_METHOD"] === "POST") {'
            . 'file_put_contents(__DIR__ . "/log", json_encode([getallheaders(), file_get_contents("php://input")]) . "\n", FILE_APPEND);}');
        $free = stream_socket_server('tcp://127.0.0.1:0');
        $address = (string) stream_socket_get_name($free, false);
        fclose($free);
        $this->url = "http://{$address}/receive.php";
        $this->program = proc_open([PHP_BINARY, '-S', $address, '-t', $this->folder], [2 => ['file', '/dev/null', 'w']], $pipes);
        eventually(fn (): bool => @file_get_contents($this->url) !== false, 'the receiver starts');
    }

    /** @return list<array{array<string, string>, string}> headers and body of what came since the last time */
    public function received(): array
    {
        $log = "{$this->folder}/log";
        $lines = is_file($log) ? file($log, FILE_IGNORE_NEW_LINES) : [];
        @unlink($log);

        return array_map(static fn (string $line) => json_decode($line, true), $lines);
    }

    public function end(): void
    {
        proc_terminate($this->program);
        proc_close($this->program);
        array_map('unlink', glob("{$this->folder}/*"));
        rmdir($this->folder);
    }
}

/** Sends what is due, and gives what arrived: topic and data. @return list<array{string, mixed}> */
function arrived(Receiver $receiver): array
{
    Delivery::deliver(hookwright(), 30);
    $bodies = array_map(static fn (array $one) => json_decode($one[1], true), $receiver->received());

    return array_map(static fn (array $body) => [$body['type'], $body['data']], $bodies);
}

/** @return list<string> */
function topics(Receiver $receiver): array
{
    return array_column(arrived($receiver), 0);
}

/** Only our part of the hook hears it. */
function fire(string $hook): void
{
    foreach ($GLOBALS['wp_filter'][$hook]->callbacks[100] ?? [] as $callback) {
        ($callback['function'])('');
    }
}

/** What a command of WP-CLI prints. */
function command(string ...$words): string
{
    ob_start();
    \WP_CLI::run(['hookwright', ...$words]);

    return (string) ob_get_clean();
}
