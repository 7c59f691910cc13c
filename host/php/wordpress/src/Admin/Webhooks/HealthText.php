<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Webhooks;

use Hookwright\Registry\Health;
use Hookwright\WordPress\Admin\Moment;

/** How delivery to a webhook goes, in a few words. Its methods give markup. */
final class HealthText
{
    public static function show(Health $health): string
    {
        $text = sprintf(
            /* translators: %s: a number of deliveries */
            esc_html(_n('%s delivered', '%s delivered', $health->delivered, 'hookwright')),
            esc_html(number_format_i18n($health->delivered)),
        );
        if ($health->failed > 0) {
            $text .= sprintf(
                '<br><span class="%s">%s</span>',
                $health->consecutiveFailures > 0 ? 'hookwright-bad' : 'hookwright-quiet',
                esc_html(sprintf(
                    /* translators: %s: a number of attempts */
                    _n('%s attempt failed', '%s attempts failed', $health->failed, 'hookwright'),
                    number_format_i18n($health->failed),
                )),
            );
        }

        return $text;
    }

    public static function last(Health $health): string
    {
        if ($health->lastSuccessAt === null && $health->lastFailureAt === null) {
            return '<span class="hookwright-quiet">' . esc_html__('none yet', 'hookwright') . '</span>';
        }
        $hasFailed = ($health->lastFailureAt ?? 0) > ($health->lastSuccessAt ?? 0);
        $text = sprintf(
            '<span class="%s">%s</span> %s',
            $hasFailed ? 'hookwright-bad' : 'hookwright-good',
            $hasFailed ? esc_html__('Failed', 'hookwright') : esc_html__('Delivered', 'hookwright'),
            Moment::show($hasFailed ? $health->lastFailureAt : $health->lastSuccessAt),
        );
        if ($health->consecutiveFailures > 1 && $health->failingSince !== null) {
            $text .= '<br><span class="hookwright-quiet">' . esc_html(sprintf(
                /* translators: 1: a number of failures; 2: a time, as "3 hours ago" */
                __('%1$s failures in a row, the first %2$s', 'hookwright'),
                number_format_i18n($health->consecutiveFailures),
                Moment::relative($health->failingSince),
            )) . '</span>';
        }

        return $text;
    }
}
