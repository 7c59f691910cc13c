<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

/** The composition root: who is made, and which hooks of WordPress lead to whom. */
final class Plugin
{
    public const VERSION = '0.1.0';

    private static ?Site $site = null;

    /** @param string $file the plugin's main file */
    public static function boot(string $file): void
    {
        $name = plugin_basename($file);
        $sources = new Sources();
        $site = self::$site = new Site($name, new Topics($sources));

        register_activation_hook($file, self::activate(...));
        register_deactivation_hook($file, self::deactivate(...));
        add_filter('map_meta_cap', self::mapCapability(...), 10, 2);
        add_action('init', static fn () => load_plugin_textdomain('hookwright', false, dirname($name) . '/languages'));
        Network::register($site, $name);
        Delivery::register($site);
        Relocation::register($site);
        SiteHealth::register($site);
        // WooCommerce and others are there by then; at an activation they have long been.
        $begin = static fn () => $sources->begin($site, $name);
        did_action('plugins_loaded') ? $begin() : add_action('plugins_loaded', $begin, 20);
        // So that an upgrade does not wait for the first event, and what was lost of WP-Cron comes back.
        $upgrade = static function () use ($site): void {
            Installation::isCurrent() ? Installation::schedule() : $site->problem();
        };
        add_action('admin_init', $upgrade);
        if (wp_doing_cron()) {
            add_action('init', $upgrade, 100);
        }
        add_action('rest_api_init', static function () use ($site): void {
            (new Rest\Webhooks($site))->register();
            (new Rest\Log($site))->register();
        });
        if (is_admin()) {
            Admin\Screens::register($site);
        }
        if (defined('WP_CLI') && WP_CLI) {
            Cli\Commands::register($site);
        }
    }

    public static function site(): Site
    {
        return self::$site ?? throw new \LogicException('Hookwright is asked for before WordPress has loaded its plugins');
    }

    private static function activate(mixed $isForNetwork): void
    {
        $site = self::site();
        // Where webhooks cannot be sent, a notice says why and what to do; the activation is none the worse.
        if ($isForNetwork !== true) {
            $site->problem();

            return;
        }
        Installation::onEachSite($site->problem(...));
    }

    private static function deactivate(mixed $isForNetwork): void
    {
        $isForNetwork === true ? Installation::onEachSite(Installation::unschedule(...)) : Installation::unschedule();
    }

    /**
     * @param array<int, string> $needed
     *
     * @return array<int, string>
     */
    private static function mapCapability(array $needed, string $capability): array
    {
        if ($capability !== Site::CAPABILITY) {
            return $needed;
        }

        /**
         * The capability that lets a user see and change webhooks.
         *
         * @param string $capability
         */
        return [(string) apply_filters('hookwright_capability', 'manage_options')];
    }
}
