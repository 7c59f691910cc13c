<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges\WooCommerce;

/**
 * Which of WordPress's hooks make which topic. WooCommerce's own map counts where its version has one; the filter
 * `woocommerce_webhook_topic_hooks`, with which other plugins add topics, counts in every version.
 */
final class TopicHooks
{
    /** The resources that WooCommerce's REST API shows. */
    public const RESOURCES = ['coupon', 'customer', 'order', 'product'];

    /** As WooCommerce 11.2 has it. */
    public const USUAL = [
        'coupon.created' => ['woocommerce_process_shop_coupon_meta', 'woocommerce_new_coupon'],
        'coupon.updated' => ['woocommerce_process_shop_coupon_meta', 'woocommerce_update_coupon'],
        'coupon.deleted' => ['wp_trash_post'],
        'coupon.restored' => ['untrashed_post'],
        'customer.created' => ['user_register', 'woocommerce_created_customer', 'woocommerce_new_customer'],
        'customer.updated' => ['profile_update', 'woocommerce_update_customer'],
        'customer.deleted' => ['delete_user'],
        'order.created' => ['woocommerce_new_order'],
        'order.updated' => ['woocommerce_update_order', 'woocommerce_order_refunded', self::REFUND_DELETED],
        'order.deleted' => ['wp_trash_post', 'woocommerce_trash_order'],
        'order.restored' => ['untrashed_post', 'woocommerce_untrash_order'],
        'product.created' => [
            'woocommerce_process_product_meta',
            'woocommerce_new_product',
            'woocommerce_new_product_variation',
        ],
        'product.updated' => [
            'woocommerce_process_product_meta',
            'woocommerce_update_product',
            'woocommerce_update_product_variation',
        ],
        'product.deleted' => ['wp_trash_post'],
        'product.restored' => ['untrashed_post'],
        'product.published' => ['woocommerce_product_published'],
    ];

    /** Its second argument is the order that has changed. */
    public const REFUND_DELETED = 'woocommerce_delete_order_refund';

    /** @return array<string, list<string>> hooks by topic */
    public static function all(): array
    {
        $map = method_exists(\WC_Webhook::class, 'get_default_topic_hooks')
            ? \WC_Webhook::get_default_topic_hooks()
            : apply_filters('woocommerce_webhook_topic_hooks', self::USUAL, Context::webhook());
        $checked = [];
        foreach (is_array($map) ? $map : self::USUAL as $topic => $hooks) {
            $hooks = array_values(array_filter(is_array($hooks) ? $hooks : [], 'is_string'));
            if (is_string($topic) && $hooks !== [] && preg_match('/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$/', $topic) === 1) {
                $checked[$topic] = $hooks;
            }
        }

        return $checked;
    }

    /**
     * What WooCommerce calls the topics that other plugins have added.
     *
     * @return array<string, string> title by topic
     */
    public static function added(): array
    {
        $titles = apply_filters('woocommerce_webhook_topics', []);
        $added = [];
        foreach (array_keys(array_diff_key(self::all(), self::USUAL)) as $topic) {
            $title = is_array($titles) && is_string($titles[$topic] ?? null) ? wp_strip_all_tags($titles[$topic]) : '';
            $added[$topic] = $title === '' ? ucfirst(strtr($topic, '._-', '   ')) : $title;
        }

        return $added;
    }

    /** @return array{string, string} resource and event */
    public static function parts(string $topic): array
    {
        return explode('.', $topic, 2) + [1 => ''];
    }
}
