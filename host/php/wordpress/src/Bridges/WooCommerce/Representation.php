<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges\WooCommerce;

use Hookwright\Registry\Webhook;
use Hookwright\WordPress\Bridges\AsWritten;

/**
 * What a webhook of WooCommerce shows of a resource: the answer of its REST API, in the webhook's version of it
 * (`WC_Webhook::build_payload`).
 *
 * Two things differ on purpose: an owner who has left the shop does not turn the payload into an error, and a resource
 * that is gone again is not sent at all.
 */
final class Representation
{
    /** Of webhooks that say nothing of a version. */
    public const NEWEST = 3;

    /**
     * The data, null where there is nothing to show.
     *
     * @param list<Webhook> $for who receives them: the first owner known here is the one in whose name the shop is asked
     *
     * @return array<mixed>|object|null
     */
    public static function of(Occurrence $occurrence, int $version, array $for): array|object|null
    {
        $asker = get_current_user_id();
        $owner = self::owner($for);
        wp_set_current_user($owner);
        try {
            $payload = match (true) {
                $occurrence->resource === 'action' => ['action' => $occurrence->event, 'arg' => $occurrence->argument],
                $occurrence->event === 'deleted' => ['id' => $occurrence->argument],
                in_array($occurrence->resource, TopicHooks::RESOURCES, true) => self::shown($occurrence, $version),
                default => [],
            };

            return $payload === null ? null : AsWritten::of(Context::payload($payload, $occurrence));
        } finally {
            wp_set_current_user($asker);
        }
    }

    /** @return array<mixed>|null */
    private static function shown(Occurrence $occurrence, int $version): ?array
    {
        $path = "/wc/v{$version}/{$occurrence->resource}s/{$occurrence->argument}";
        // The webhook was allowed when it was made; the page that caused the event may be a customer's.
        $allow = static fn ($allowed, $context) => $context === 'read' ? true : $allowed;
        add_filter('woocommerce_rest_check_permissions', $allow, PHP_INT_MAX, 2);
        try {
            $data = self::asked($path);
        } finally {
            remove_filter('woocommerce_rest_check_permissions', $allow, PHP_INT_MAX);
        }
        if (!is_array($data)) {
            throw new \RuntimeException("GET {$path} did not answer with an object");
        }
        $status = isset($data['code'], $data['message']) ? (int) ($data['data']['status'] ?? 0) : 0;
        if ($status === 404 || $status === 410) {
            return null;
        }
        if ($status >= 400) {
            throw new \RuntimeException("GET {$path} answered {$status}: {$data['message']}");
        }

        return $data;
    }

    private static function asked(string $path): mixed
    {
        $own = 'Automattic\WooCommerce\Utilities\RestApiUtil';
        if (class_exists($own) && function_exists('wc_get_container')) {
            return wc_get_container()->get($own)->get_endpoint_data($path);
        }
        // Before WooCommerce 9.0: what that class does.
        $response = rest_do_request(new \WP_REST_Request('GET', $path));
        $data = rest_get_server()->response_to_data($response, false);

        return json_decode((string) wp_json_encode($data), true);
    }

    /** @param list<Webhook> $webhooks */
    private static function owner(array $webhooks): int
    {
        foreach ($webhooks as $webhook) {
            $owner = (string) $webhook->owner;
            foreach ($owner === '' ? [] : ['login', 'email', 'id'] as $field) {
                $user = $field === 'id' && !ctype_digit($owner) ? false : get_user_by($field, $owner);
                if ($user !== false) {
                    return (int) $user->ID;
                }
            }
        }

        return 0;
    }
}
