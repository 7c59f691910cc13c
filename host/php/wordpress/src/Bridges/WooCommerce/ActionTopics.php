<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges\WooCommerce;

use Hookwright\WordPress\Bridges\Wanted;

/**
 * Which hooks webhooks listen to by a topic `action.<hook>`. They have to be known before the hooks run, in every request;
 * so the names are kept in an option, and webhooks made elsewhere are noticed a minute later.
 */
final class ActionTopics
{
    /** An option that WordPress loads with all others; each site has its own. */
    public const OPTION = 'hookwright_woocommerce_actions';

    private const FRESH_SECONDS = 60;

    private const PREFIX = 'action.';

    /** Names that WooCommerce does not give away. */
    private const REFUSED = [
        'woocommerce_login_credentials',
        'woocommerce_product_csv_importer_check_import_file_path',
        'woocommerce_webhook_should_deliver',
    ];

    /** @return list<string> names of hooks */
    public static function hooks(Wanted $wanted): array
    {
        $kept = get_option(self::OPTION);
        $kept = is_array($kept) ? $kept : [];
        $hooks = is_array($kept['hooks'] ?? null) ? array_values(array_filter($kept['hooks'], 'is_string')) : [];
        $age = time() - (int) ($kept['at'] ?? 0);
        if ($age >= 0 && $age < self::FRESH_SECONDS) {
            return $hooks;
        }
        $topics = $wanted->topics();
        $hooks = $topics === null ? $hooks : self::named($topics);
        update_option(self::OPTION, ['at' => time(), 'hooks' => $hooks], true);

        return $hooks;
    }

    /** Has the next request ask again: a webhook of this site has changed. */
    public static function forget(): void
    {
        delete_option(self::OPTION);
    }

    /**
     * @param list<string> $topics names and patterns; a pattern names no hook
     *
     * @return list<string>
     */
    private static function named(array $topics): array
    {
        $hooks = [];
        foreach ($topics as $topic) {
            $hook = str_starts_with($topic, self::PREFIX) ? substr($topic, strlen(self::PREFIX)) : '';
            if (preg_match('/^(woocommerce_|wc_)[A-Za-z0-9_.-]*$/', $hook) === 1 && !in_array($hook, self::REFUSED, true)) {
                $hooks[] = $hook;
            }
        }

        return $hooks;
    }
}
