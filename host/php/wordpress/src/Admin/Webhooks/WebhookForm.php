<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Webhooks;

use Hookwright\Catalogue\Topic;
use Hookwright\Registry\Webhook;
use Hookwright\WordPress\Admin\Fields;
use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\Admin\Markup;
use Hookwright\WordPress\Admin\Words;

/** The form of one webhook, new or not. */
final class WebhookForm
{
    public const NONCE = 'hookwright-save';

    /** Fields that have a row, by the component's names. */
    private const ROWS = [
        'name', 'url', 'topics', 'secret', 'dialect', 'format', 'payload-version', 'standard-headers', 'headers', 'filter',
        'timeout', 'requests-per-second', 'retry-schedule', 'description', 'integration', 'owner', 'status',
    ];

    /** Rows that stand under "more". */
    private const FURTHER = [
        'format', 'payload-version', 'standard-headers', 'filter', 'timeout', 'requests-per-second', 'retry-schedule',
        'integration', 'owner',
    ];

    /** @param list<Topic> $topics the catalogue */
    public function __construct(
        private readonly Draft $draft,
        private readonly Fields $fields,
        private readonly array $topics,
        private readonly ?Webhook $webhook,
    ) {
    }

    public function writeNotice(): void
    {
        $this->fields->notice(...self::ROWS);
    }

    public function write(): void
    {
        printf(
            '<form method="post" action="%s" id="hookwright-form" class="hookwright-form" novalidate data-guard>',
            esc_url($this->webhook === null
                ? Link::to(Link::WEBHOOKS, ['action' => 'new'])
                : Link::webhook($this->webhook->id)),
        );
        wp_nonce_field(self::NONCE);
        if ($this->draft->revision !== null) {
            printf('<input type="hidden" name="revision" value="%d">', $this->draft->revision);
        }
        Markup::openBox(__('Where to, and what', 'hookwright'));
        echo '<table class="form-table" role="presentation">';
        $this->writeMain();
        echo '</table>';
        Markup::closeBox();
        Markup::openBox(__('What a request looks like', 'hookwright'));
        echo '<table class="form-table" role="presentation">';
        $this->writeRequest();
        echo '</table>';
        Markup::closeBox();
        $this->writeFurther();
        echo '</form>';
    }

    private function writeMain(): void
    {
        $draft = $this->draft;
        $this->fields->text(
            'name',
            __('Name', 'hookwright'),
            'webhook_name',
            $draft->name,
            __('For you, so that you know it again in the list.', 'hookwright'),
            ['maxlength' => '200'] + ($this->webhook === null && $draft->url === '' ? ['autofocus' => 'autofocus'] : []),
        );
        $this->fields->text(
            'url',
            __('URL', 'hookwright'),
            'url',
            $draft->url,
            __('Requests go there by POST. The service that you connect tells it to you; it begins with <code>https://</code>.', 'hookwright'),
            ['type' => 'url', 'class' => 'large-text code', 'placeholder' => 'https://', 'dir' => 'ltr', 'required' => 'required'],
        );
        $this->fields->open('topics', __('Topics', 'hookwright'), null);
        (new TopicPicker($this->topics, $draft))->write();
        $this->fields->close('topics');
        $this->fields->longText('description', __('Notes', 'hookwright'), 'description', $draft->description, '', ['rows' => '2']);
    }

    private function writeRequest(): void
    {
        $draft = $this->draft;
        $this->fields->choice(
            'dialect',
            __('Made for', 'hookwright'),
            'dialect',
            Words::dialects(),
            $draft->dialect,
            __('Body, headers and signature are those that receivers of this kind expect. It concerns events from then on.', 'hookwright'),
        );
        if ($this->webhook === null) {
            $this->fields->text(
                'secret',
                __('Secret', 'hookwright'),
                'secret',
                $draft->secret,
                __('Leave it empty and one is made, which you see once after saving. Fill it in where the receiver gave you one.', 'hookwright'),
                ['class' => 'large-text code', 'autocomplete' => 'off', 'spellcheck' => 'false', 'dir' => 'ltr'],
            );
        }
        $this->fields->open('headers', __('Headers', 'hookwright'), null);
        (new HeaderRows($this->webhook?->headerNames ?? [], $draft->headers))->write();
        $this->fields->close(
            'headers',
            __('Every request carries these besides, for example <code>Authorization</code>. Values are not shown again.', 'hookwright'),
        );
    }

    private function writeFurther(): void
    {
        printf(
            '<details class="postbox hookwright-box hookwright-further"%s><summary>%s</summary><div class="inside">'
            . '<table class="form-table" role="presentation">',
            $this->fields->isWrong(...self::FURTHER) ? ' open' : '',
            esc_html__('Filter, retries, limits and format', 'hookwright'),
        );
        $draft = $this->draft;
        $this->fields->longText(
            'filter',
            __('Only events where', 'hookwright'),
            'filter',
            $draft->filter,
            __('Empty: all. Else an expression over the data, as <code>data.total >= 100 && data.currency in ["EUR", "CHF"]</code>.', 'hookwright'),
            ['rows' => '2', 'class' => 'large-text code', 'dir' => 'ltr', 'spellcheck' => 'false'],
        );
        $this->fields->text(
            'retry-schedule',
            __('Tries', 'hookwright'),
            'retries',
            $draft->retries,
            __('How long to wait before each try: <code>0s, 5s, 5m, 2h, 1d</code>. Empty: ten tries over three days.', 'hookwright'),
            ['class' => 'large-text code', 'dir' => 'ltr'],
        );
        $this->fields->text(
            'timeout',
            __('Time limit in seconds', 'hookwright'),
            'timeout',
            $draft->timeout,
            __('From 1 to 120, for one request. Empty: the usual 20.', 'hookwright'),
            ['class' => 'small-text', 'inputmode' => 'decimal'],
        );
        $this->fields->text(
            'requests-per-second',
            __('Requests in a second, at most', 'hookwright'),
            'rate',
            $draft->rate,
            __('From 1 to 1,000. Empty: no limit.', 'hookwright'),
            ['class' => 'small-text', 'inputmode' => 'numeric'],
        );
        $this->writeShape();
        $this->fields->text('owner', __('Who answers for it', 'hookwright'), 'owner', $draft->owner);
        $this->fields->text(
            'integration',
            __('Made by', 'hookwright'),
            'integration',
            $draft->integration,
            __('<code>manual</code>, or the name of a tool, as <code>zapier</code>.', 'hookwright'),
        );
        echo '</table></div></details>';
    }

    private function writeShape(): void
    {
        $formats = Words::formats();
        $beside = [
            '' => __('Where the kind of request has no signature of its own', 'hookwright'),
            'yes' => __('Yes', 'hookwright'),
            'no' => __('No', 'hookwright'),
        ];
        $versions = ['' => __('The newest', 'hookwright'), '1' => '1', '2' => '2', '3' => '3'];
        if ($this->webhook !== null) {
            /* translators: %s: what is stored now */
            $now = static fn (string $stored) => sprintf(__('As it is: %s', 'hookwright'), $stored);
            $formats[''] = $now($this->webhook->format);
            $beside[''] = $now($this->webhook->standardHeaders ? $beside['yes'] : $beside['no']);
            $versions[''] = $now((string) $this->webhook->payloadVersion);
        }
        $draft = $this->draft;
        $this->fields->choice('format', __('Body', 'hookwright'), 'format', $formats, $draft->format);
        $this->fields->choice('payload-version', __('Version', 'hookwright'), 'payload_version', $versions, $draft->payloadVersion);
        $this->fields->choice(
            'standard-headers',
            __('Standard Webhooks beside it', 'hookwright'),
            'standard_headers',
            $beside,
            $draft->standardHeaders,
            __('Adds <code>webhook-id</code>, <code>webhook-timestamp</code> and <code>webhook-signature</code>.', 'hookwright'),
        );
    }
}
