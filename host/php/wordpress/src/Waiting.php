<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

use Hookwright\Events\Event;
use Hookwright\Exception\HookwrightException;
use Hookwright\Exception\NotAvailable;
use Hookwright\Exception\StorageFailed;
use Hookwright\Hookwright;

/**
 * Events that happened where Hookwright could not be reached, such as in a php-fpm that allows no FFI: rows among the
 * options, in the transaction that tells of them, until a process comes that can publish them. On the command line, FFI is
 * always allowed.
 */
final class Waiting
{
    private const PREFIX = 'hookwright_waiting_';

    /** More than that are not kept: somebody has overlooked the notice for long. */
    private const MOST = 10_000;

    private const BATCH = 50;

    /** Whether the event may be stored later: nothing is wrong with itself, and what it tells of has not been rolled back. */
    public static function isWorthIt(\Throwable $thrown): bool
    {
        return $thrown instanceof NotAvailable
            || ($thrown instanceof StorageFailed && in_array($thrown->kind, ['unavailable', 'retryable'], true));
    }

    /**
     * @param array<mixed>|object $data
     * @param list<string>        $not  ids of webhooks that it does not go to
     *
     * @return bool false: it is lost
     */
    public static function add(string $topic, array|object $data, ?string $key, array $not = []): bool
    {
        global $wpdb;
        $event = wp_json_encode([
            'topic' => $topic,
            'data' => wp_json_encode($data === [] ? new \stdClass() : $data, JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION),
            'key' => $key,
            'at' => (int) (microtime(true) * 1000),
            'not' => $not,
        ]);
        if ($event === false || self::count() >= self::MOST) {
            return false;
        }
        // In the order of time; the rest tells two of the same moment apart.
        $name = self::PREFIX . sprintf('%015d_%s', microtime(true) * 1000, bin2hex(random_bytes(8)));

        return $wpdb->insert($wpdb->options, ['option_name' => $name, 'option_value' => $event, 'autoload' => 'no']) === 1;
    }

    public static function count(): int
    {
        global $wpdb;

        return (int) $wpdb->get_var("SELECT COUNT(*) FROM {$wpdb->options} WHERE option_name LIKE 'hookwright\\_waiting\\_%'");
    }

    /**
     * Publishes what waits on the current site. What was published before and not taken away is known by its key.
     *
     * @param \Closure(): Hookwright             $open
     * @param \Closure(string, \Throwable): void $refused takes topic and reason of an event that is wrong in itself
     *
     * @throws HookwrightException when nothing can be published still
     */
    public static function publish(\Closure $open, \Closure $refused): void
    {
        global $wpdb;
        do {
            $rows = (array) $wpdb->get_results("SELECT option_name, option_value FROM {$wpdb->options}"
                . " WHERE option_name LIKE 'hookwright\\_waiting\\_%' ORDER BY option_name LIMIT " . self::BATCH, ARRAY_A);
            // One by one, so that one that cannot be stored at all does not keep the others.
            foreach ($rows as $row) {
                $told = (array) json_decode((string) $row['option_value'], true);
                $event = new Event(
                    (string) ($told['topic'] ?? ''),
                    (string) ($told['data'] ?? ''),
                    null,
                    $told['key'] ?? $row['option_name'],
                    $told['at'] ?? null,
                );
                try {
                    [$result] = self::but($told['not'] ?? [], static fn (): array => $open()->events->publish([$event]));
                } catch (HookwrightException $error) {
                    $result = $error;
                }
                if ($result instanceof HookwrightException) {
                    if (self::isWorthIt($result)) {
                        throw $result;
                    }
                    $refused($event->topic, $result);
                }
                if ($wpdb->delete($wpdb->options, ['option_name' => $row['option_name']]) === false) {
                    // It would be found again and again.
                    return;
                }
            }
        } while (count($rows) === self::BATCH);
    }

    /** Does the work while these webhooks get no event. It opens Hookwright itself, which is told of filters when it is opened. */
    private static function but(mixed $not, \Closure $work): mixed
    {
        $ids = is_array($not) ? array_filter($not, 'is_string') : [];
        if ($ids === []) {
            return $work();
        }
        $veto = static fn ($should, $topic, $data, $webhookId): bool => $should && !in_array($webhookId, $ids, true);
        add_filter('hookwright_should_deliver', $veto, 10, 4);
        try {
            return $work();
        } finally {
            remove_filter('hookwright_should_deliver', $veto, 10);
        }
    }
}
