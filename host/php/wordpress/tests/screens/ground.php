<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Tests\Screens;

use function Hookwright\WordPress\Tests\holds;

require_once __DIR__ . '/../expect.php';

function says(Page $page, string ...$texts): void
{
    foreach ($texts as $text) {
        holds($page->says($text), "{$page->url} says “{$text}”: {$page->words()}");
    }
}

/** A site, its people, and a receiver that answers as its URL says. */
final class Ground
{
    /** What an enemy writes wherever anything can be written. */
    public const EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>';

    public readonly Browser $admin;

    public readonly Browser $editor;

    public readonly string $receiver;

    /** @var array<string, string> what tests leave for each other: ids, secrets */
    public array $kept = [];

    /** @var resource */
    private $program;

    private readonly string $folder;

    public function __construct(string $home, public readonly string $name, string $password)
    {
        $this->folder = sys_get_temp_dir() . '/hookwright-screens-' . bin2hex(random_bytes(6));
        mkdir($this->folder, 0700);
        $this->admin = new Browser($home);
        $this->admin->logIn($name, $password);
        $this->editor = new Browser($home);
        $this->receiver = $this->startReceiver();
    }

    /** Where a webhook sends to: `ok`, or a status that is answered. */
    public function url(string $answer): string
    {
        return "{$this->receiver}/{$answer}";
    }

    /** @return list<array{path: string, headers: array<string, string>, body: string}> what came since the last time */
    public function received(): array
    {
        $file = "{$this->folder}/log";
        $lines = is_file($file) ? (array) file($file, FILE_IGNORE_NEW_LINES) : [];
        @unlink($file);

        return array_map(static fn ($line) => json_decode((string) $line, true), $lines);
    }

    /** Adds a webhook by its form; gives its id. @param array<string, mixed> $fields */
    public function add(string $name, string $answer, array $fields = []): string
    {
        $page = $this->admin->screen('hookwright', ['action' => 'new']);
        $page = $this->admin->submit($page, 'webhook_name', $fields + [
            'webhook_name' => $name, 'url' => $this->url($answer), 'topics' => ['order.created'],
        ]);
        says($page, 'The webhook is made. This is its secret.');
        preg_match('/<pre[^>]*aria-label="Secret"[^>]*>([^<]+)</', $page->text, $secret);
        $this->kept["secret of {$name}"] = $secret[1] ?? '';
        preg_match('/data-address="[^"]*webhook=(wh_\w+)"/', $page->text, $id);

        return $id[1] ?? throw new \LogicException("no id: {$page->words()}");
    }

    public function end(): void
    {
        proc_terminate($this->program);
        proc_close($this->program);
        array_map('unlink', glob("{$this->folder}/*") ?: []);
        rmdir($this->folder);
    }

    private function startReceiver(): string
    {
        file_put_contents("{$this->folder}/receive.php", '<?php $path = $_SERVER["REQUEST_URI"]; if ($path === "/") { return; }'
            . 'file_put_contents(__DIR__ . "/log", json_encode(["path" => $path, "headers" => array_change_key_case(getallheaders()), '
            . '"body" => file_get_contents("php://input")]) . "\n", FILE_APPEND);'
            . 'preg_match("~/(\d{3})~", $path, $found); http_response_code((int) ($found[1] ?? 200));'
            . 'header("X-Evil: ' . addslashes(self::EVIL) . '");'
            . 'if (str_starts_with($found[1] ?? "", "3")) { header("Location: https://example.com/new"); }'
            . 'echo "<h1>answer</h1>' . addslashes(self::EVIL) . '";');
        // Another program may take the port in between: then the next one is tried.
        for ($tries = 0; $tries < 20; $tries++) {
            $free = stream_socket_server('tcp://127.0.0.1:0');
            $address = (string) stream_socket_get_name($free, false);
            fclose($free);
            $log = ['file', '/dev/null', 'a'];
            $this->program = proc_open([PHP_BINARY, '-S', $address, "{$this->folder}/receive.php"], [$log, $log, $log], $pipes);
            $end = microtime(true) + 10;
            while (proc_get_status($this->program)['running'] && microtime(true) < $end) {
                $connection = @stream_socket_client("tcp://{$address}", timeout: 1);
                if ($connection !== false) {
                    return "http://{$address}";
                }
                usleep(10_000);
            }
        }
        throw new \LogicException('the receiver does not start');
    }
}
