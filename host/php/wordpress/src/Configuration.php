<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

/** The settings of the installation (wit/README.md lists them) as they follow from the current site. */
final class Configuration
{
    /** What the component takes as a prefix. */
    private const PREFIX = '/^[a-z_][a-z0-9_]{0,31}$/';

    /** Begins the names of the current site's tables. */
    public static function tablePrefix(): string
    {
        $prefix = self::wpdbPrefix() . 'hookwright_';

        // A site's prefix may hold capitals or begin with a digit.
        return preg_match(self::PREFIX, $prefix) === 1
            ? $prefix
            : 'hookwright_' . substr(sha1(self::wpdbPrefix()), 0, 12) . '_';
    }

    /** @return array<string, string> */
    public static function of(Settings $settings): array
    {
        $version = get_bloginfo('version');
        $config = ['table-prefix' => self::tablePrefix()];
        $address = self::siteAddress();
        if ($address !== null) {
            $config['site-url'] = $address;
        }
        // As it is stored, since filters may give each visitor another one: a copy of the database, moved to another
        // address, sends nothing until somebody says so.
        $identity = wp_load_alloptions()['siteurl'] ?? '';
        if (is_string($identity) && $identity !== '') {
            $config['site-identity'] = substr((string) preg_replace('#^https?://#', '', rtrim($identity, '/')), 0, 200);
        }
        if (defined('WC_VERSION')) {
            $config['woocommerce-user-agent'] = 'WooCommerce/' . WC_VERSION . " Hookshot (WordPress/{$version})";
        }
        if (wp_get_environment_type() === 'local') {
            $config += ['allow-http' => 'true', 'allow-addresses' => 'loopback,private'];
        }

        /**
         * The settings of the installation, by name.
         *
         * @param array<string, string> $config
         */
        $config = apply_filters('hookwright_config', $settings->config + $config);

        return array_filter(is_array($config) ? $config : [], 'is_string');
    }

    /** Receivers of some dialects are told it; an odd one is left out, since it is no reason to send nothing. */
    private static function siteAddress(): ?string
    {
        $address = home_url('/');
        $host = (string) wp_parse_url($address, PHP_URL_HOST);
        if (preg_match('/[^\x00-\x7F]/', $host) === 1 && function_exists('idn_to_ascii')) {
            $ascii = (string) idn_to_ascii($host);
            $address = $ascii === '' ? $address : str_replace($host, $ascii, $address);
            $host = $ascii;
        }
        $isNumber = preg_match('/^[\d.]+$/', $host) === 1;
        $isHost = $isNumber
            ? filter_var($host, FILTER_VALIDATE_IP) !== false
            : preg_match('/^(\[[0-9a-f:.]+\]|[a-z0-9_-]+(\.[a-z0-9_-]+)*)$/i', $host) === 1;

        return $isHost && preg_match('#^https?://#i', $address) === 1 ? $address : null;
    }

    private static function wpdbPrefix(): string
    {
        global $wpdb;

        return (string) $wpdb->prefix;
    }
}
