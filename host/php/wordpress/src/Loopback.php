<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

/**
 * A request of the site to itself that nobody waits for, so that another process sends what is due.
 *
 * It goes to wp-cron.php, which each site lets itself reach, but does not wait in WordPress's queue of work: that has one lock
 * for everybody, and where two requests ask at once, the lock can stay for a minute with nobody at work. WordPress's own way
 * to wp-cron.php waits for up to a second, because curl knows no shorter time.
 */
final class Loopback
{
    private const PARAMETER = 'hookwright';

    private const CONNECT_SECONDS = 0.5;

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
        $url = wp_parse_url(site_url('wp-cron.php'));
        $host = is_array($url) ? (string) ($url['host'] ?? '') : '';
        if ($host === '') {
            return;
        }
        $isTls = ($url['scheme'] ?? '') === 'https';
        $port = (int) ($url['port'] ?? ($isTls ? 443 : 80));
        // As WordPress does: the site need not know its own certificate.
        $context = stream_context_create(['ssl' => [
            'verify_peer' => false,
            'verify_peer_name' => false,
            'peer_name' => $host,
        ]]);
        $scheme = $isTls ? 'tls' : 'tcp';
        $stream = @stream_socket_client(
            "{$scheme}://{$host}:{$port}",
            timeout: self::CONNECT_SECONDS,
            context: $context,
        );
        if ($stream === false) {
            return;
        }
        $path = ($url['path'] ?? '/wp-cron.php') . '?' . self::PARAMETER;
        $isUsual = $port === ($isTls ? 443 : 80);
        $name = $isUsual ? $host : "{$host}:{$port}";
        @fwrite($stream, "GET {$path} HTTP/1.1\r\nHost: {$name}\r\nUser-Agent: Hookwright\r\nConnection: close\r\n\r\n");
        [$read, $write, $except] = [[$stream], null, null];
        @stream_select($read, $write, $except, 0, self::STAY_MICROSECONDS);
        fclose($stream);
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
