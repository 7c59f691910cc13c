<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Tests;

/** A `hookwright serve`, as it stands beside a PHP that has no FFI. Needs the program, which PHP_HOOKWRIGHT_TEST_CLI names. */
final class Server
{
    public readonly string $endpoint;

    private readonly string $folder;

    /** @var resource */
    private $program;

    private function __construct(string $command)
    {
        $this->folder = sys_get_temp_dir() . '/hookwright-serve-' . bin2hex(random_bytes(6));
        mkdir($this->folder, 0700);
        $this->endpoint = "unix://{$this->folder}/socket";
        $line = [$command, 'serve', '--socket', "{$this->folder}/socket", '--database', "{$this->folder}/db"];
        array_push($line, '--token-file', "{$this->folder}/token", '--allow-local', '--set', 'ping=false');
        $log = "{$this->folder}/out";
        // What the ground tells its own requests is no setting of the server.
        $environment = array_filter(getenv(), static fn ($name) => !str_starts_with($name, 'HOOKWRIGHT_'), ARRAY_FILTER_USE_KEY);
        $this->program = proc_open($line, [1 => ['file', $log, 'w'], 2 => ['file', $log, 'a']], $pipes, null, $environment);
        $end = microtime(true) + 20;
        while (!str_contains((string) file_get_contents($log), 'Serving on')) {
            holds(microtime(true) < $end, 'the server starts: ' . file_get_contents($log));
            usleep(10_000);
        }
    }

    /** Null, with a word to the person, where the program is not there. */
    public static function start(): ?self
    {
        $command = (string) getenv('PHP_HOOKWRIGHT_TEST_CLI');
        if ($command !== '') {
            return new self($command);
        }
        same(false, getenv('CI'), 'PHP_HOOKWRIGHT_TEST_CLI names the program hookwright');
        echo "SKIPPED: PHP_HOOKWRIGHT_TEST_CLI does not name the program hookwright\n";

        return null;
    }

    /** PHP that makes it the current site's. @param string $mode who sends, by the name of the case */
    public function settings(string $mode = 'Auto'): string
    {
        $token = trim((string) file_get_contents("{$this->folder}/token"));

        return "(new Hookwright\\WordPress\\Settings(delivery: Hookwright\\WordPress\\DeliveryMode::{$mode},
            endpoint: '{$this->endpoint}', token: '{$token}'))->write();";
    }

    public function end(): void
    {
        proc_terminate($this->program);
        proc_close($this->program);
        array_map('unlink', array_filter(glob("{$this->folder}/*") ?: [], static fn (string $file) => !is_dir($file)));
        @rmdir($this->folder);
    }
}
