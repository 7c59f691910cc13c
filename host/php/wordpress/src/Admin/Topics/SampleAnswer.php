<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Topics;

use Hookwright\Exception\HookwrightException;
use Hookwright\WordPress\Admin\Access;
use Hookwright\WordPress\Admin\Input;
use Hookwright\WordPress\Admin\Markup;
use Hookwright\WordPress\Site;

/** What the script asks on the test's screen: the sample of a topic. */
final class SampleAnswer
{
    public const NONCE = 'hookwright-topic';

    public function __construct(private readonly Site $site)
    {
    }

    public function answer(): never
    {
        if (!Access::isAllowed() || check_ajax_referer(self::NONCE, false, false) === false) {
            wp_send_json_error(null, 403);
        }
        try {
            $topic = $this->site->hookwright()->catalogue->get(Input::query()->text('topic'));
        } catch (HookwrightException $failure) {
            wp_send_json_error($failure->getMessage(), 404);
        }
        wp_send_json_success([
            'description' => $topic->description,
            'sample' => $topic->sample === null ? '' : Markup::pretty($topic->sample),
        ]);
    }
}
