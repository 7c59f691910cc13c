<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges\UltimateMultisite;

use Hookwright\WordPress\Bridges\KeptTopics;

/** The event types of Ultimate Multisite: its own, which are built in here, and those of its add-ons. */
final class EventTypes
{
    /** Offered to webhooks there, but only written to the log of events (version 2.4.13). */
    public const ONLY_LOGGED = [
        'checkout_started',
        'checkout_step_completed',
        'checkout_completed',
        'checkout_failed',
        'subsite_post_created',
        'subsite_cpt_created',
        'subsite_user_registered',
        'subsite_woocommerce_order',
    ];

    private const BUILT_IN = [
        ...self::ONLY_LOGGED,
        'payment_received',
        'site_published',
        'confirm_email_address',
        'domain_created',
        'renewal_payment_created',
        'invoice_sent',
        'payment_failed',
        'membership_expired',
        'demo_site_expiring',
        'customer_created',
        'customer_updated',
        'membership_created',
        'membership_updated',
        'payment_created',
        'payment_updated',
    ];

    /** Of a topic; the component refuses others. */
    private const NAME = '/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/';

    private const OPTION = 'hookwright_ultimate_multisite_topics';

    public static function isBuiltIn(string $slug): bool
    {
        return in_array($slug, self::BUILT_IN, true);
    }

    /**
     * Those of add-ons, for the catalogue of the network's main site.
     *
     * @param mixed $topics those of others
     *
     * @return array<string, array<string, mixed>>
     */
    public static function added(mixed $topics): array
    {
        return (array) $topics + (is_main_site()
            ? KeptTopics::of(self::OPTION, did_action('wu_register_all_events') > 0, self::current(...))
            : []);
    }

    /**
     * @param array<string, mixed> $kept
     *
     * @return array<string, array<string, mixed>>
     */
    private static function current(array $kept): array
    {
        $current = [];
        foreach ((array) wu_get_event_types() as $slug => $type) {
            $slug = (string) $slug;
            if (self::isBuiltIn($slug) || !is_array($type) || preg_match(self::NAME, $slug) !== 1) {
                continue;
            }
            $text = static fn (string $key): string => is_string($type[$key] ?? null) ? wp_strip_all_tags($type[$key]) : '';
            $current[$slug] = [
                'title' => $text('name') === '' ? null : $text('name'),
                'description' => $text('desc'),
                'group' => 'ultimate-multisite',
                // Made once: to make it may be work, and it may hold the time.
                'sample' => is_string($kept[$slug]['sample'] ?? null) ? $kept[$slug]['sample'] : self::sample($type),
            ];
        }

        return $current;
    }

    /** @param array<mixed> $type */
    private static function sample(array $type): string
    {
        try {
            $payload = $type['payload'] ?? [];
            $payload = is_callable($payload) ? $payload() : $payload;
        } catch (\Throwable) {
            $payload = [];
        }
        $sample = (is_array($payload) ? $payload : []) + ['wu_version' => self::version()];

        return (string) wp_json_encode($sample, JSON_PARTIAL_OUTPUT_ON_ERROR);
    }

    public static function version(): string
    {
        return function_exists('wu_get_version') ? (string) wu_get_version() : '';
    }
}
