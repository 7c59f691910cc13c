<?php

declare(strict_types=1);

namespace Hookwright\Tests;

use Hookwright\Hookwright;
use Hookwright\Options;
use Hookwright\Registry\NewWebhook;

/** The tests, by name. */
final class Tests
{
    /** @var array<string, callable(Ground): void> */
    private static array $all = [];

    /** @param callable(Ground): void $body */
    public static function add(string $name, callable $body): void
    {
        self::$all[$name] = $body;
    }

    /** @return array<string, callable(Ground): void> */
    public static function all(): array
    {
        return self::$all;
    }
}

/** @param callable(Ground): void $body */
function test(string $name, callable $body): void
{
    Tests::add($name, $body);
}

function same(mixed $expected, mixed $seen, string $what = ''): void
{
    if ($expected !== $seen) {
        throw new \LogicException(sprintf("%s\nexpected: %s\nseen:     %s", $what, told($expected), told($seen)));
    }
}

function holds(bool $what, string $told): void
{
    if (!$what) {
        throw new \LogicException("not so: {$told}");
    }
}

/**
 * @template T of \Throwable
 *
 * @param class-string<T> $class
 *
 * @return T
 */
function throws(string $class, callable $work): \Throwable
{
    try {
        $work();
    } catch (\Throwable $thrown) {
        holds($thrown instanceof $class, "{$class} is thrown, not " . $thrown);

        return $thrown;
    }
    throw new \LogicException("{$class} is not thrown");
}

function told(mixed $value): string
{
    return (string) json_encode($value, JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE | JSON_PARTIAL_OUTPUT_ON_ERROR);
}

/** Waits until the condition holds, 20 s at most. */
function eventually(string $what, callable $condition): void
{
    $end = microtime(true) + 20;
    while (!$condition()) {
        holds(microtime(true) < $end, $what);
        usleep(10_000);
    }
}

/** What one test stands on: a folder, programs that end with it, a database. */
final class Ground
{
    public const CONFIG = ['allow-http' => 'true', 'allow-addresses' => 'loopback', 'ping' => 'false'];

    public readonly string $folder;

    /** @var list<resource> */
    private array $programs = [];

    public function __construct()
    {
        $this->folder = sys_get_temp_dir() . '/hookwright-php-' . bin2hex(random_bytes(6));
        mkdir($this->folder, 0700);
    }

    public function clear(): void
    {
        $this->stop();
        $this->remove($this->folder);
    }

    /** @param resource $program ends with the test */
    public function keep($program): void
    {
        $this->programs[] = $program;
    }

    /** Ends the programs. */
    public function stop(): void
    {
        foreach ($this->programs as $program) {
            if (is_resource($program)) {
                proc_terminate($program, SIGTERM);
                proc_close($program);
            }
        }
        $this->programs = [];
    }

    public function dsn(): string
    {
        return "sqlite:{$this->folder}/hooks.db";
    }

    /** @param array<string, string> $config */
    public function hookwright(\PDO|string|\Hookwright\Storage\Storage|null $database = null, array $config = [], mixed ...$options): Hookwright
    {
        $options = new Options(...[...$options, 'config' => $config + self::CONFIG]);
        $hookwright = Hookwright::open($database ?? $this->dsn(), $options);
        $hookwright->lifecycle->migrate();

        return $hookwright;
    }

    /** A webhook that the receiver can verify; its id. */
    public function webhook(Hookwright $hookwright, Receiver $receiver, string ...$topics): string
    {
        $topics = $topics === [] ? ['order.created'] : $topics;
        $created = $hookwright->registry->create(new NewWebhook(url: $receiver->url, topics: $topics));
        $receiver->secret($created->secret);

        return $created->webhook->id;
    }

    public function receiver(): Receiver
    {
        return new Receiver($this, []);
    }

    /** One that speaks TLS as `localhost`, with the certificate of a file of its own; where that file is. */
    public function tlsReceiver(): Receiver
    {
        $settings = "{$this->folder}/openssl.cnf";
        file_put_contents($settings, "[req]\ndistinguished_name=dn\n[dn]\n[v3]\nsubjectAltName=DNS:localhost\n");
        $options = ['config' => $settings, 'x509_extensions' => 'v3', 'digest_alg' => 'sha256', 'private_key_bits' => 2048];
        $key = openssl_pkey_new(['private_key_bits' => 2048, 'config' => $settings]);
        $request = openssl_csr_new(['commonName' => 'localhost'], $key, $options);
        openssl_x509_export_to_file(openssl_csr_sign($request, null, $key, 2, $options), $this->certificate());
        openssl_pkey_export_to_file($key, "{$this->folder}/key.pem", null, ['config' => $settings]);

        return new Receiver($this, [$this->certificate(), "{$this->folder}/key.pem"]);
    }

    public function certificate(): string
    {
        return "{$this->folder}/cert.pem";
    }

    /**
     * A program that runs until the test ends; its first line.
     *
     * @param list<string>          $command
     * @param array<string, string> $environment
     *
     * @return array{resource, string}
     */
    public function start(array $command, ?string $folder = null, array $environment = []): array
    {
        $log = "{$this->folder}/" . count($this->programs) . '.log';
        $pipes = [1 => ['pipe', 'w'], 2 => ['file', $log, 'w']];
        $program = proc_open($command, $pipes, $streams, $folder, $environment + getenv());
        $this->programs[] = $program;

        return [$program, trim((string) fgets($streams[1]))];
    }

    /**
     * Runs a program to its end.
     *
     * @param list<string>          $command
     * @param array<string, string> $environment
     *
     * @return array{int, string, string} exit code, standard output and error
     */
    public function ran(array $command, array $environment = []): array
    {
        $out = "{$this->folder}/out.log";
        $error = "{$this->folder}/error.log";
        $program = proc_open($command, [1 => ['file', $out, 'w'], 2 => ['file', $error, 'w']], $streams, null, $environment + getenv());
        $end = microtime(true) + 60;
        while (($status = proc_get_status($program))['running']) {
            if (microtime(true) > $end) {
                proc_terminate($program, SIGKILL);
                throw new \LogicException('not done after 60 s: ' . implode(' ', $command) . "\n" . file_get_contents($error));
            }
            usleep(2_000);
        }
        proc_close($program);
        $code = $status['exitcode'];

        return [$code, (string) file_get_contents($out), (string) file_get_contents($error)];
    }

    /**
     * Runs PHP code in a process of its own, with this test's `$ground->folder` as `$folder`.
     *
     * @param list<string> $options of PHP
     *
     * @return array{int, string, string}
     */
    public function php(string $code, array $options = []): array
    {
        $file = "{$this->folder}/script.php";
        file_put_contents($file, $this->script($code));

        return $this->ran([PHP_BINARY, ...$options, $file]);
    }

    public function script(string $code): string
    {
        return sprintf(
            "<?php\nrequire %s;\n\$folder = %s;\n\$config = %s;\n%s\n",
            var_export(dirname(__DIR__) . '/autoload.php', true),
            var_export($this->folder, true),
            var_export(self::CONFIG, true),
            $code,
        );
    }

    /** @return array{int, string, string} */
    public function worker(string ...$arguments): array
    {
        $config = [];
        foreach (self::CONFIG as $key => $value) {
            array_push($config, '--set', "{$key}={$value}");
        }

        return $this->ran([PHP_BINARY, dirname(__DIR__) . '/bin/hookwright-worker', $this->dsn(), ...$config, ...$arguments]);
    }

    private function remove(string $path): void
    {
        foreach (is_dir($path) && !is_link($path) ? array_diff((array) scandir($path), ['.', '..']) : [] as $name) {
            $this->remove("{$path}/{$name}");
        }
        is_dir($path) && !is_link($path) ? rmdir($path) : unlink($path);
    }
}

/** A server that verifies what it gets with a library that is not ours (receiver.mjs). */
final class Receiver
{
    public readonly string $url;

    public readonly string $base;

    /** @param list<string> $tls certificate and key */
    public function __construct(Ground $ground, array $tls)
    {
        $folder = (string) getenv('PHP_HOOKWRIGHT_TEST_VERIFIER');
        // Node looks for packages where the script lies.
        $script = "{$folder}/hookwright-php-receiver.mjs";
        if (@file_get_contents($script) !== file_get_contents(__DIR__ . '/receiver.mjs')) {
            copy(__DIR__ . '/receiver.mjs', $script);
        }
        [, $port] = $ground->start(['node', $script, ...$tls], $folder);
        holds(ctype_digit($port), "the receiver starts, with Node and standardwebhooks: {$port}");
        $this->base = $tls === [] ? "http://127.0.0.1:{$port}" : "https://localhost:{$port}";
        $this->url = "{$this->base}/hook";
    }

    public function secret(string $secret): void
    {
        file_get_contents("{$this->base}/secret?" . rawurlencode($secret));
    }

    /** @return list<array{id: string, body: string, verified: bool, headers: array<string, string>}> */
    public function received(): array
    {
        return json_decode((string) file_get_contents("{$this->base}/received"), true);
    }
}
