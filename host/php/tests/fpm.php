<?php

declare(strict_types=1);

namespace Hookwright\Tests;

/** php-fpm with one worker, asked over FastCGI. */
final class Fpm
{
    private readonly string $socket;

    /** @param list<string> $settings lines of php.ini */
    public function __construct(private readonly Ground $ground, array $settings)
    {
        $this->socket = "{$ground->folder}/fpm.sock";
        $file = "{$ground->folder}/fpm.conf";
        file_put_contents($file, implode("\n", [
            '[global]', 'daemonize = no', "error_log = {$ground->folder}/fpm.log", '[www]', "listen = {$this->socket}",
            'user = root', 'group = root', 'pm = static', 'pm.max_children = 1', 'clear_env = no', '',
        ]));
        $options = array_merge(...array_map(static fn (string $setting) => ['-d', $setting], $settings));
        $asRoot = posix_geteuid() === 0 ? ['--allow-to-run-as-root'] : [];
        $program = [(string) getenv('PHP_HOOKWRIGHT_TEST_FPM'), '--nodaemonize', ...$asRoot, '--fpm-config', $file, ...$options];
        $ground->keep(proc_open($program, [1 => ['file', '/dev/null', 'w'], 2 => ['file', '/dev/null', 'w']], $streams));
        eventually('php-fpm starts: ' . @file_get_contents("{$ground->folder}/fpm.log"), fn () => $this->connect() !== false);
    }

    /** One that has preloaded Hookwright; `$ffi` is PHP's ffi.enable. */
    public static function preloading(Ground $ground, string $ffi): self
    {
        [$code, $header, $error] = $ground->ran([PHP_BINARY, dirname(__DIR__) . '/bin/hookwright-worker', '--print-ffi-header']);
        same(0, $code, $error);
        file_put_contents("{$ground->folder}/hookwright.h", $header);

        return new self($ground, [
            "ffi.enable={$ffi}",
            "ffi.preload={$ground->folder}/hookwright.h",
            'opcache.enable=1',
            'opcache.preload=' . dirname(__DIR__) . '/preload.php',
            'opcache.preload_user=root',
        ]);
    }

    /** The body of the answer to a request for this script. */
    public function request(string $script): string
    {
        $param = static function (string $name, string $value): string {
            return pack('NN', strlen($name) | 0x80000000, strlen($value) | 0x80000000) . $name . $value;
        };
        $params = $param('SCRIPT_FILENAME', $script) . $param('REQUEST_METHOD', 'GET') . $param('SERVER_PROTOCOL', 'HTTP/1.1');
        $record = static fn (int $type, string $content) => pack('CCnnCC', 1, $type, 1, strlen($content), 0, 0) . $content;
        $stream = $this->connect();
        fwrite($stream, $record(1, pack('nCx5', 1, 0)) . $record(4, $params) . $record(4, '') . $record(5, ''));
        $body = '';
        while (strlen($header = (string) stream_get_contents($stream, 8)) === 8) {
            $parts = unpack('Cversion/Ctype/nid/nlength/Cpadding', $header);
            $content = (string) stream_get_contents($stream, $parts['length']);
            stream_get_contents($stream, $parts['padding']);
            $body .= $parts['type'] === 6 ? $content : '';
        }

        return explode("\r\n\r\n", $body, 2)[1] ?? $body;
    }

    private function connect(): mixed
    {
        return @stream_socket_client("unix://{$this->socket}", timeout: 10);
    }
}
