<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges\WooCommerce;

/**
 * What WooCommerce's own filters want to see: a webhook of its kind. It is not stored, and its id is 0, because one event
 * here is for many webhooks.
 */
final class Context
{
    /** Null where WooCommerce has no such class. */
    public static function webhook(string $topic = ''): ?object
    {
        if (!class_exists(\WC_Webhook::class)) {
            return null;
        }
        $webhook = new \WC_Webhook();
        if ($topic !== '') {
            $webhook->set_topic($topic);
            $webhook->set_status('active');
        }

        return $webhook;
    }

    /** Whether somebody has the last word on what counts. */
    public static function isAskedForLastWord(): bool
    {
        return has_filter('woocommerce_webhook_should_deliver') !== false;
    }

    public static function shouldDeliver(bool $should, Occurrence $occurrence): bool
    {
        return self::isAskedForLastWord()
            ? (bool) apply_filters(
                'woocommerce_webhook_should_deliver',
                $should,
                self::webhook($occurrence->topic),
                $occurrence->argument,
            )
            : $should;
    }

    /** The last word of `woocommerce_webhook_payload`. */
    public static function payload(mixed $payload, Occurrence $occurrence): mixed
    {
        return apply_filters('woocommerce_webhook_payload', $payload, $occurrence->resource, $occurrence->argument, 0);
    }
}
