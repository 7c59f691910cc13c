<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

/**
 * A request of the site to itself that nobody waits for, so that another process sends what is due.
 *
 * It goes to wp-cron.php, which each site lets itself reach, but does not wait in WordPress's queue of work: that has one lock
 * for everybody, and where two requests ask at once, the lock can stay for a minute with nobody at work. WordPress's own way
 * to wp-cron.php waits for up to a second, because curl knows no shorter time.
 *
 * Decides that a site which does not reach itself tries it only now and then: every page would wait for it.
 */
final class Loopback
{
    private const PARAMETER = 'hookwright';

    private const CONNECT_SECONDS = 0.5;

    /** A transient: the last try has failed. */
    private const FAILED = 'hookwright_loopback_failed';

    private const PAUSE_SECONDS = 300;

    /** A proxy may take back a request whose sender is gone; by then wp-cron.php has said that it goes on. */
    private const STAY_MICROSECONDS = 100_000;

    /** Whether the current request is such a one. */
    public static function isOne(): bool
    {
        return wp_doing_cron() && isset($_GET[self::PARAMETER]);
    }

    /** That the site cannot reach itself is no harm: WP-Cron sends what is due within a minute of visits. */
    public static function send(): void
    {
        if (get_transient(self::FAILED) !== false) {
            return;
        }
        [$address, $headers, $isVerified] = self::request();
        $url = wp_parse_url($address);
        $host = is_array($url) ? (string) ($url['host'] ?? '') : '';
        if ($host === '') {
            return;
        }
        $isTls = ($url['scheme'] ?? '') === 'https';
        $port = (int) ($url['port'] ?? ($isTls ? 443 : 80));
        $context = stream_context_create(['ssl' => [
            'verify_peer' => $isVerified,
            'verify_peer_name' => $isVerified,
            'peer_name' => $host,
        ]]);
        $scheme = $isTls ? 'tls' : 'tcp';
        $stream = @stream_socket_client(
            "{$scheme}://{$host}:{$port}",
            timeout: self::CONNECT_SECONDS,
            context: $context,
        );
        if ($stream === false) {
            set_transient(self::FAILED, 1, self::PAUSE_SECONDS);

            return;
        }
        $path = ($url['path'] ?? '/wp-cron.php') . (isset($url['query']) ? "?{$url['query']}" : '');
        $isUsual = $port === ($isTls ? 443 : 80);
        $headers += ['host' => $isUsual ? $host : "{$host}:{$port}", 'user-agent' => 'Hookwright'];
        $lines = '';
        foreach (['connection' => 'close'] + $headers as $name => $value) {
            $lines .= "{$name}: {$value}\r\n";
        }
        @fwrite($stream, "GET {$path} HTTP/1.1\r\n{$lines}\r\n");
        [$read, $write, $except] = [[$stream], null, null];
        @stream_select($read, $write, $except, 0, self::STAY_MICROSECONDS);
        fclose($stream);
    }

    /**
     * What WordPress itself would ask for, with our own word in it: other plugins say by its filter how the site reaches itself.
     *
     * @return array{string, array<string, string>, bool} URL; headers by name in lower case; whether the certificate is checked
     */
    private static function request(): array
    {
        $key = sprintf('%.22F', microtime(true));
        $args = [
            'timeout' => 0.01,
            'blocking' => false,
            // As WordPress does: the site need not know its own certificate.
            'sslverify' => apply_filters('https_local_ssl_verify', false),
        ];
        $asked = apply_filters('cron_request', ['url' => site_url('wp-cron.php'), 'key' => $key, 'args' => $args], $key);
        $args = is_array($asked['args'] ?? null) ? $asked['args'] : $args;
        $headers = [];
        foreach (is_array($args['headers'] ?? null) ? $args['headers'] : [] as $name => $value) {
            if (is_string($value) && preg_match('/^[!-9;-~]+: [ -~]*$/D', "{$name}: {$value}") === 1) {
                $headers[strtolower((string) $name)] = $value;
            }
        }
        $address = is_string($asked['url'] ?? null) ? $asked['url'] : site_url('wp-cron.php');

        return [add_query_arg(self::PARAMETER, '1', $address), $headers, (bool) ($args['sslverify'] ?? false)];
    }

    /** Lets who waits for wp-cron.php go, where the web server has no word for it. */
    public static function dismiss(): void
    {
        $hasWord = function_exists('fastcgi_finish_request') || function_exists('litespeed_finish_request');
        if ($hasWord || !wp_doing_cron() || headers_sent() || PHP_SAPI === 'cli') {
            return;
        }
        ignore_user_abort(true);
        header('Content-Length: 0');
        header('Connection: close');
        while (ob_get_level() > 0 && @ob_end_flush());
        flush();
    }
}
