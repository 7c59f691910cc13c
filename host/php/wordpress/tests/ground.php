<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Tests;

require_once __DIR__ . '/expect.php';

/** A WordPress that is installed, with the plugin active; a receiver; and what runs inside. */
final class Ground
{
    public const SHOP = ['wc-webhook', 'woocommerce'];

    private string $url = '';

    /** @var resource|null */
    private $program = null;

    /** @param string $site where WordPress lies */
    public function __construct(private readonly string $site, private readonly string $folder)
    {
        putenv("HOOKWRIGHT_RECEIVED={$this->folder}/received");
        putenv("HOOKWRIGHT_LOG={$this->folder}/log");
        // Another program may take the port in between: then the next one is tried.
        for ($tries = 0; $this->url === '' && $tries < 20; $tries++) {
            $free = stream_socket_server('tcp://127.0.0.1:0');
            $address = (string) stream_socket_get_name($free, false);
            fclose($free);
            $log = ['file', "{$this->folder}/receiver.log", 'a'];
            $line = [PHP_BINARY, '-S', $address, __DIR__ . '/receiver.php'];
            $this->program = proc_open($line, [['file', '/dev/null', 'r'], $log, $log], $pipes);
            $end = microtime(true) + 10;
            while (proc_get_status($this->program)['running'] && microtime(true) < $end) {
                $connection = @stream_socket_client("tcp://{$address}", timeout: 1);
                if ($connection !== false) {
                    $this->url = "http://{$address}";
                    break;
                }
                usleep(10_000);
            }
        }
        holds($this->url !== '', 'the receiver starts');
    }

    public function __destruct()
    {
        proc_terminate($this->program);
        proc_close($this->program);
    }

    /** Nothing of the test before is there. */
    public function clear(): void
    {
        @unlink("{$this->folder}/received");
        @unlink("{$this->folder}/log");
        $this->run([], <<<'PHP'
            global $wpdb;
            foreach (['hookwright_settings', 'hookwright_failures', 'hookwright_woocommerce_actions'] as $option) {
                delete_option($option);
            }
            foreach (Hookwright\WordPress\Installation::tables() as $table) {
                $wpdb->query("DROP TABLE `{$table}`");
            }
            delete_option('hookwright_version');
            delete_option('hookwright_catalogue');
            foreach (['wc_webhooks', 'wu_webhooks'] as $table) {
                $wpdb->query("DROP TABLE IF EXISTS {$wpdb->prefix}{$table}");
            }
            foreach (get_users(['exclude' => [1]]) as $user) {
                wp_delete_user($user->ID);
            }
            PHP);
    }

    /** Where a webhook sends to, by a name of its own. */
    public function url(string $name): string
    {
        return "{$this->url}/{$name}";
    }

    /** Another plugin, for `run`. */
    public function plugin(string $code): string
    {
        $file = "{$this->folder}/plugin.php";
        file_put_contents($file, "<?php\n{$code}\n");

        return $file;
    }

    /** One request in a shop. */
    public function shop(string $code): mixed
    {
        return $this->run(self::SHOP, $code);
    }

    /** One request on a network of Ultimate Multisite. */
    public function network(string $code): mixed
    {
        return $this->run(['ultimate-multisite'], $code);
    }

    /**
     * One request, to its end.
     *
     * @param list<string> $stubs
     * @param string|null  $site  path of a site of the network, where there is one
     *
     * @return mixed what the code has returned
     */
    public function run(array $stubs, string $code, ?string $site = null): mixed
    {
        $input = tmpfile();
        $given = array_filter(['stubs' => $stubs, 'code' => $code, 'site' => $site], static fn (mixed $one) => $one !== null);
        fwrite($input, json_encode($given, JSON_THROW_ON_ERROR));
        rewind($input);
        [$out, $error] = ["{$this->folder}/out", "{$this->folder}/error"];
        $settings = ['ffi.enable=1', 'display_errors=stderr'];
        // A hundred requests: what is compiled is kept.
        array_push($settings, 'opcache.enable_cli=1', 'opcache.file_cache_only=1', "opcache.file_cache={$this->folder}");
        $line = [PHP_BINARY, ...array_merge(...array_map(static fn (string $one) => ['-d', $one], $settings))];
        array_push($line, __DIR__ . '/inside.php', $this->site);
        $program = proc_open($line, [$input, ['file', $out, 'w'], ['file', $error, 'w']], $pipes);
        $status = proc_close($program);
        $told = (string) file_get_contents($out);
        holds($status === 0, "{$code}\nends in order, not with {$status}:\n{$told}\n" . file_get_contents($error));
        $lines = explode("\n", trim($told));

        return json_decode((string) end($lines), true, 512, JSON_THROW_ON_ERROR);
    }

    /**
     * A webhook; its id.
     *
     * @param list<string>         $topics
     * @param array<string, mixed> $options by the names of Hookwright\Registry\Options
     * @param list<string>         $stubs
     */
    public function webhook(string $name, array $topics, array $options = [], ?string $secret = null, array $stubs = []): string
    {
        return (string) $this->run($stubs, sprintf(
            'return hookwright()->hookwright()->registry->create(new Hookwright\Registry\NewWebhook(
                url: %s, topics: %s, name: %s, secret: %s, options: new Hookwright\Registry\Options(...%s)))->webhook->id;',
            ...array_map(static fn (mixed $value) => var_export($value, true), [$this->url($name), $topics, $name, $secret, $options]),
        ));
    }

    /** Sends what is due. */
    public function deliver(): void
    {
        $this->shop('hookwright()->hookwright()->dispatcher()->runOnce();');
    }

    /**
     * Delivers, and tells what has arrived since the last time, in its order.
     *
     * @return list<array{path: string, headers: array<string, string>, body: string, data: mixed}>
     */
    public function received(?string $name = null): array
    {
        $this->deliver();
        $received = [];
        foreach (@file("{$this->folder}/received") ?: [] as $line) {
            $request = json_decode($line, true, 512, JSON_THROW_ON_ERROR);
            $request['body'] = base64_decode($request['body']);
            $request['data'] = json_decode($request['body'], true);
            if ($name === null || $request['path'] === "/{$name}") {
                $received[] = $request;
            }
        }
        @unlink("{$this->folder}/received");

        return $received;
    }

    /**
     * Topics and ids of what a webhook of the dialect woocommerce has got, sorted.
     *
     * @return list<string> `order.created 7`
     */
    public function topics(?string $name = null): array
    {
        $topics = array_map(
            static fn (array $one) => $one['headers']['x-wc-webhook-topic'] . ' ' . ($one['data']['id'] ?? json_encode($one['data'])),
            $this->received($name),
        );
        sort($topics);

        return $topics;
    }

    /** What PHP has logged in these requests. */
    public function log(): string
    {
        return (string) @file_get_contents("{$this->folder}/log");
    }
}
