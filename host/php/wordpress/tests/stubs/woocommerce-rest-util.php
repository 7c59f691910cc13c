<?php

declare(strict_types=1);

// WooCommerce 9.0 and newer ask their REST API through a class of their own.

namespace Automattic\WooCommerce\Utilities;

defined('ABSPATH') || exit;

final class RestApiUtil
{
    public function get_endpoint_data(string $endpoint): mixed
    {
        $GLOBALS['wc_stub_util'] = ($GLOBALS['wc_stub_util'] ?? 0) + 1;
        $response = rest_do_request(new \WP_REST_Request('GET', $endpoint));

        return json_decode((string) wp_json_encode(rest_get_server()->response_to_data($response, false)), true);
    }
}
