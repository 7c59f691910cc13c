<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges\WooCommerce;

/** Whether a hook that ran means what the topic says: WooCommerce's own rules (`WC_Webhook::should_deliver`). */
final class Trigger
{
    /** A post that was saved by a form counts as new for so long; there is one hook for both. */
    private const NEW_SECONDS = 10;

    /** False where it is clear without the database, or nearly so, that the hook means something else. */
    public static function mayCount(Occurrence $occurrence, string $hook): bool
    {
        return self::isAbout($occurrence, $hook) || Context::isAskedForLastWord();
    }

    /** The rest, for an occurrence that somebody wants. */
    public static function counts(Occurrence $occurrence, string $hook): bool
    {
        $counts = $occurrence->resource === 'action'
            || (self::isAbout($occurrence, $hook) && self::isRightEvent($occurrence, $hook) && self::isReady($occurrence));

        return Context::shouldDeliver($counts, $occurrence);
    }

    private static function isAbout(Occurrence $occurrence, string $hook): bool
    {
        if ($occurrence->resource === 'action') {
            return true;
        }

        $id = (int) $occurrence->argument;

        return match ($hook) {
            'delete_post', 'wp_trash_post', 'untrashed_post' => self::resourceOfPost($id) === $occurrence->resource,
            'delete_user' => in_array('customer', (array) (get_userdata($id)->roles ?? []), true),
            default => true,
        };
    }

    private static function resourceOfPost(int $id): ?string
    {
        $type = get_post_type($id);

        return match (true) {
            $type === 'product', $type === 'product_variation' => 'product',
            $type === 'shop_coupon' => 'coupon',
            in_array($type, wc_get_order_types('order-webhooks'), true) => 'order',
            default => null,
        };
    }

    private static function isRightEvent(Occurrence $occurrence, string $hook): bool
    {
        if (!str_starts_with($hook, 'woocommerce_process_shop') && !str_starts_with($hook, 'woocommerce_process_product')) {
            return true;
        }
        $post = get_post((int) $occurrence->argument);
        if ($post === null) {
            return false;
        }
        // A draft has no date in UTC.
        $isNew = time() - self::NEW_SECONDS <= strtotime(get_gmt_from_date($post->post_date) . ' UTC');

        return match ($occurrence->event) {
            'created' => $isNew,
            'updated' => !$isNew,
            default => true,
        };
    }

    /** Not what the shop has only begun to write. */
    private static function isReady(Occurrence $occurrence): bool
    {
        if ($occurrence->resource === 'product' || $occurrence->resource === 'coupon') {
            return !in_array(get_post_status((int) $occurrence->argument), ['auto-draft', 'new'], true);
        }
        if ($occurrence->resource !== 'order') {
            return true;
        }
        $order = self::isOrder((int) $occurrence->argument) ? wc_get_order((int) $occurrence->argument) : false;

        return is_object($order) && !in_array($order->get_status(), ['draft', 'auto-draft', 'new'], true);
    }

    private static function isOrder(int $id): bool
    {
        $types = wc_get_order_types('order-webhooks');
        $orders = 'Automattic\WooCommerce\Utilities\OrderUtil';

        return is_callable([$orders, 'is_order'])
            ? $orders::is_order($id, $types)
            : in_array(get_post_type($id), $types, true);
    }
}
