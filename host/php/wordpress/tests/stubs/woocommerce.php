<?php

declare(strict_types=1);

// What the bridge meets of WooCommerce: its hooks in their order, its REST API, the class of its webhooks. The last also
// does what the real one does with a request, so that tests can compare.

defined('ABSPATH') || exit;

const WC_VERSION = '9.9.5';

final class WooCommerce
{
}

function WC(): WooCommerce
{
    static $one = new WooCommerce();

    return $one;
}

add_action('init', static function (): void {
    foreach (['product', 'product_variation', 'shop_coupon', 'shop_order', 'shop_order_refund'] as $type) {
        register_post_type($type, ['public' => false]);
    }
    get_role('customer') ?? add_role('customer', 'Customer', ['read' => true]);
}, 5);

// What is taken out of the bin is what it was.
add_filter('wp_untrash_post_status', static fn (string $status, int $id, string $former): string => $former, 10, 3);

/** @return list<string> */
function wc_get_order_types(string $for = ''): array
{
    return $for === 'order-webhooks' ? ['shop_order'] : ['shop_order', 'shop_order_refund'];
}

final class WC_Order
{
    public function __construct(private readonly int $id)
    {
    }

    public function get_id(): int
    {
        return $this->id;
    }

    public function get_status(): string
    {
        return preg_replace('/^wc-/', '', (string) get_post_status($this->id));
    }
}

function wc_get_order(mixed $id): WC_Order|false
{
    return in_array(get_post_type((int) $id), wc_get_order_types(), true) ? new WC_Order((int) $id) : false;
}

/** As the shop saves an order: the hook runs before the lines are there. */
function wc_stub_new_order(string $status = 'wc-pending', array $lines = ['Cup'], int $customer = 0): int
{
    register_post_status($status, ['public' => true]);
    $id = wp_insert_post(['post_type' => 'shop_order', 'post_status' => $status, 'post_title' => 'Order']);
    do_action('woocommerce_new_order', $id, new WC_Order($id));
    update_post_meta($id, 'lines', $lines);
    update_post_meta($id, 'customer', $customer);

    return $id;
}

function wc_stub_update_order(int $id, string $status): void
{
    register_post_status($status, ['public' => true]);
    wp_update_post(['ID' => $id, 'post_status' => $status]);
    do_action('woocommerce_update_order', $id, new WC_Order($id));
}

/** @return array<string, mixed> what the REST API shows; each version a little more */
function wc_stub_shown(int $version, string $resource, int $id): array
{
    $user = $resource === 'customer' ? get_userdata($id) : null;
    $shown = $user === null
        ? ['id' => $id, 'name' => get_the_title($id), 'status' => preg_replace('/^wc-/', '', (string) get_post_status($id))]
        : ['id' => $id, 'email' => $user->user_email, 'role' => $user->roles[0] ?? ''];
    $shown += ['total' => '29.35', 'rate' => 10.0, 'note' => "Zoë & <b>Söhne</b> a/b \u{1f98a}", 'seen_by' => wp_get_current_user()->user_login];
    $shown['line_items'] = array_map(
        static fn (string $name): array => ['name' => $name, 'quantity' => 1],
        (array) (get_post_meta($id, 'lines', true) ?: []),
    );
    if ($version >= 2) {
        $shown['meta_data'] = [['id' => 1, 'key' => 'k', 'value' => new stdClass()]];
    }
    if ($version >= 3) {
        $shown['date_created_gmt'] = '2026-03-22T16:28:02';
    }

    return $shown;
}

add_action('rest_api_init', static function (): void {
    foreach ([1, 2, 3] as $version) {
        foreach (['order', 'product', 'coupon', 'customer'] as $resource) {
            register_rest_route("wc/v{$version}", "/{$resource}s/(?P<id>\\d+)", [
                'methods' => 'GET',
                'permission_callback' => static function (WP_REST_Request $request) use ($resource) {
                    $mayRead = current_user_can('manage_options');
                    $mayRead = apply_filters('woocommerce_rest_check_permissions', $mayRead, 'read', (int) $request['id'], $resource);

                    return $mayRead ?: new WP_Error('woocommerce_rest_cannot_view', 'Sorry, you cannot view this resource.', ['status' => 401]);
                },
                'callback' => static function (WP_REST_Request $request) use ($version, $resource) {
                    $GLOBALS['wc_stub_asked'][] = $request->get_route();
                    $id = (int) $request['id'];
                    if (($resource === 'customer' ? get_userdata($id) : get_post($id)) === ($resource === 'customer' ? false : null)) {
                        return new WP_Error('woocommerce_rest_invalid_id', 'Invalid ID.', ['status' => 404]);
                    }
                    if (get_post_meta($id, 'broken', true)) {
                        throw new DomainException('the shop is broken');
                    }

                    return rest_ensure_response(wc_stub_shown($version, $resource, $id));
                },
            ]);
        }
    }
});

/** @return list<string> */
function wc_get_webhook_rest_api_versions(): array
{
    return ['wp_api_v1', 'wp_api_v2', 'wp_api_v3'];
}

function wc_get_webhook(int $id): ?WC_Webhook
{
    $webhook = new WC_Webhook($id);

    return $webhook->get_id() === 0 ? null : $webhook;
}
