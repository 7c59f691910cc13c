<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

use WP_Site;

/** Sites of a network that come and go: each has tables of its own. */
final class Network
{
    public static function register(Site $site, string $plugin): void
    {
        if (!is_multisite()) {
            return;
        }
        // After WordPress has made the site's own tables.
        add_action('wp_initialize_site', static function (WP_Site $made) use ($site, $plugin): void {
            if (!isset(((array) get_site_option('active_sitewide_plugins', []))[$plugin])) {
                return;
            }
            switch_to_blog((int) $made->blog_id);
            $site->problem();
            restore_current_blog();
        }, 200);
        // WordPress has switched to the site that it removes.
        add_filter('wpmu_drop_tables', static fn (array $tables): array => [...$tables, ...Installation::tables()]);
    }
}
