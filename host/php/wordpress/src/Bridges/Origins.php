<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges;

/** The plugins whose webhooks can be taken over on the current site. */
final class Origins
{
    /** @return array<string, Origin> by name */
    public static function all(): array
    {
        $origins = [];
        foreach ([new WooCommerce\WebhookTable(), new UltimateMultisite\WebhookTable()] as $origin) {
            if ($origin->isThere()) {
                $origins[$origin->name()] = $origin;
            }
        }

        return $origins;
    }
}
