<?php

declare(strict_types=1);

// Measures the PHP host beside bare references of the same run: php host/php/bench/bench.php [--json]
// Needs the environment of tests/run.php. Use a release build of the library.

namespace Hookwright\Tests;

use Hookwright\DispatcherOptions;

require __DIR__ . '/../autoload.php';
require __DIR__ . '/../tests/ground.php';
require __DIR__ . '/../tests/fpm.php';

/** Milliseconds of each of `$times` runs, sorted. @return list<float> */
function measured(int $times, callable $work): array
{
    $taken = [];
    for ($number = 0; $number < $times; $number++) {
        $started = hrtime(true);
        $work($number);
        $taken[] = (hrtime(true) - $started) / 1e6;
    }
    sort($taken);

    return $taken;
}

/** Milliseconds of processor time that this process has used. */
function processor(): float
{
    $used = getrusage();

    return ($used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec']) * 1e3 + ($used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec']) / 1e3;
}

/** @param list<float> $taken */
function median(array $taken): float
{
    return $taken[intdiv(count($taken), 2)];
}

/** Figures of this run, as `cargo xtask bench-hosts` reads them. */
final class Figures
{
    /** @var list<array<string, string|float>> */
    public static array $all = [];
}

/** @param array{below?: float, atLeast?: float} $target */
function row(string $what, float $value, string $unit, array $target = []): void
{
    global $asJson;
    Figures::$all[] = ['name' => trim($what), 'value' => $value, 'unit' => $unit, ...$target];
    if (!$asJson) {
        $limit = isset($target['below']) ? "< {$target['below']}" : (isset($target['atLeast']) ? ">= {$target['atLeast']}" : '');
        printf("%-62s %14s  %s\n", $what, sprintf($unit === 'ms' ? '%.2f ms' : '%.0f/s', $value), $limit);
    }
}

$asJson = in_array('--json', $argv, true);

$ground = new Ground();
try {
    $data = ['id' => 1, 'text' => str_repeat('x', 1_000)];
    $hookwright = $ground->hookwright(config: ['max-in-flight-per-webhook' => '1000']);
    $receiver = $ground->receiver();
    $hookwright->registry->create(new \Hookwright\Registry\NewWebhook($receiver->url, ['order.created']));

    // A commit of two rows with an fsync, as a publish makes it.
    $bare = new \PDO("sqlite:{$ground->folder}/bare.db");
    $bare->exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE event (id INTEGER PRIMARY KEY, data BLOB)');
    $insert = $bare->prepare('INSERT INTO event (data) VALUES (?), (?)');
    $commit = median(measured(500, function () use ($bare, $insert, $data): void {
        $bare->exec('BEGIN IMMEDIATE');
        $insert->execute([json_encode($data), 'delivery']);
        $bare->exec('COMMIT');
    }));
    $publish = median(measured(1_500, fn () => $hookwright->publish('order.created', $data)));
    row('bare: one commit of two rows, SQLite, WAL, fsync', $commit, 'ms');
    row('publish of 1 KB, one webhook, warm', $publish, 'ms');
    row('publish beyond the commit', $publish - $commit, 'ms', ['below' => 2.0]);

    if (getenv('PHP_HOOKWRIGHT_TEST_CLI') !== false) {
        [, $serving] = $ground->start([
            (string) getenv('PHP_HOOKWRIGHT_TEST_CLI'), 'serve', '--json', '--no-deliver', '--listen', '127.0.0.1:0',
            '--database', "{$ground->folder}/served.db", '--token-file', "{$ground->folder}/token",
        ]);
        $address = json_decode($serving, true)['address'];
        $token = (string) file_get_contents("{$ground->folder}/token");
        $served = \Hookwright\Hookwright::connect($address, $token);
        $served->registry->create(new \Hookwright\Registry\NewWebhook('https://example.com/hook', ['order.created']));
        $overHttp = median(measured(500, fn () => $served->publish('order.created', $data)));
        row('the same over HTTP, through hookwright serve', $overHttp, 'ms');
        $connect = median(measured(200, fn () => \Hookwright\Hookwright::connect($address, $token)));
        row('connect to hookwright serve, once in a request of PHP', $connect, 'ms');
    }

    $before = count($receiver->received());
    $multi = curl_multi_init();
    $body = json_encode($data);
    $started = hrtime(true);
    [$begun, $done, $running] = [0, 0, 0];
    while ($done < 1_500) {
        while ($begun < 1_500 && $begun - $done < 64) {
            $handle = curl_init($receiver->url);
            curl_setopt_array($handle, [CURLOPT_POSTFIELDS => $body, CURLOPT_RETURNTRANSFER => true, CURLOPT_HTTPHEADER => ['Expect:']]);
            curl_multi_add_handle($multi, $handle);
            $begun++;
        }
        curl_multi_exec($multi, $running);
        while (($told = curl_multi_info_read($multi)) !== false) {
            curl_multi_remove_handle($multi, $told['handle']);
            $done++;
        }
        curl_multi_select($multi, 0.01);
    }
    row('bare: curl multi, 64 at once, requests each second', 1_500e9 / (hrtime(true) - $started), '/s');
    [$started, $used] = [hrtime(true), processor()];
    $summary = $hookwright->dispatcher(new DispatcherOptions(concurrency: 64))->runOnce();
    row('worker: claim, send, settle, deliveries each second', $summary->delivered * 1e9 / (hrtime(true) - $started), '/s', ['atLeast' => 1_000.0]);
    row('worker: processor time of each delivery', (processor() - $used) / $summary->delivered, 'ms');
    holds($summary->delivered === 1_500, "all are delivered: {$summary->delivered}");

    $script = static fn (string $name, string $code) => file_put_contents("{$ground->folder}/{$name}.php", $ground->script($code));
    $script('bare', 'echo "done";');
    $script('publish', <<<'PHP'
        $used = fn () => array_sum(array_map(fn ($kind) => getrusage()["ru_$kind.tv_sec"] * 1e3 + getrusage()["ru_$kind.tv_usec"] / 1e3, ['utime', 'stime']));
        [$started, $before] = [hrtime(true), $used()];
        Hookwright\Hookwright::open("sqlite:$folder/hooks.db", new Hookwright\Options(config: $config))
            ->publish('order.created', ['id' => 1]);
        printf('%.2f %.2f', (hrtime(true) - $started) / 1e6, $used() - $before);
        PHP);
    $fpm = new Fpm($ground, ['ffi.enable=1', 'opcache.enable=1']);
    $fpm->request("{$ground->folder}/bare.php");
    row('bare: a request to php-fpm that does nothing', median(measured(50, fn () => $fpm->request("{$ground->folder}/bare.php"))), 'ms');
    [$first, $used] = explode(' ', $fpm->request("{$ground->folder}/publish.php"));
    row('php-fpm, first request of a worker: open and publish', (float) $first, 'ms', ['below' => 30.0]);
    row('    processor time of it', (float) $used, 'ms');
    $warm = [];
    for ($number = 0; $number < 50; $number++) {
        $warm[] = array_map('floatval', explode(' ', $fpm->request("{$ground->folder}/publish.php")));
    }
    foreach (['php-fpm, each later request: open and publish', '    processor time of it'] as $column => $what) {
        $taken = array_column($warm, $column);
        sort($taken);
        row($what, median($taken), 'ms');
    }
    if ($asJson) {
        echo json_encode(Figures::$all, JSON_THROW_ON_ERROR), "\n";
    }
} finally {
    $ground->clear();
}
