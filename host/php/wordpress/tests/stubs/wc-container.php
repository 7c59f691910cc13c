<?php

declare(strict_types=1);

// WooCommerce 9.0 and newer give out their classes.

defined('ABSPATH') || exit;

require __DIR__ . '/woocommerce-rest-util.php';

function wc_get_container(): object
{
    return new class () {
        public function get(string $class): object
        {
            return new $class();
        }
    };
}
