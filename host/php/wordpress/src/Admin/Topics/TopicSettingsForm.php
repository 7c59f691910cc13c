<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Topics;

use Hookwright\Catalogue\TopicSettings;
use Hookwright\Catalogue\Validation;
use Hookwright\Exception\InvalidInput;
use Hookwright\Hookwright;
use Hookwright\WordPress\Admin\Access;
use Hookwright\WordPress\Admin\Durations;
use Hookwright\WordPress\Admin\Fields;
use Hookwright\WordPress\Admin\Flash;
use Hookwright\WordPress\Admin\Input;
use Hookwright\WordPress\Admin\Link;

/** What the owner of the site sets for one topic: checking its data, dropping repetitions, keeping, retiring it. */
final class TopicSettingsForm
{
    private const NONCE = 'hookwright-topic-settings-';

    /** Fields that have a row. */
    private const ROWS = ['validation', 'dedupe-window', 'keep-payloads', 'keep-attempts', 'deprecated', 'replaced-by'];

    private Fields $fields;

    /** @var array<string, string> what stands in the fields, by name */
    private array $texts;

    public function __construct(private readonly Hookwright $hookwright, private readonly string $topic)
    {
        $this->fields = Fields::with([]);
        $settings = $hookwright->catalogue->settings($topic);
        $time = static fn (?int $milliseconds): string => $milliseconds === null ? '' : Durations::write([$milliseconds]);
        $this->texts = [
            'validation' => $settings->validation->value,
            'dedupe_window' => $settings->dedupeWindow === 0 ? '' : $time($settings->dedupeWindow),
            'keep_payloads' => $time($settings->keepPayloads),
            'keep_attempts' => $time($settings->keepAttempts),
            'deprecated' => $settings->deprecated ?? '',
            'replaced_by' => $settings->replacedBy ?? '',
        ];
    }

    /** Stores what was sent; what is wrong stands in the form. */
    public function save(): void
    {
        Access::demandFor(self::NONCE . $this->topic);
        $form = Input::form();
        foreach (array_keys($this->texts) as $name) {
            $this->texts[$name] = $form->text($name);
        }
        $problems = [];
        $time = function (string $name) use (&$problems): ?int {
            $list = Durations::read($this->texts[$name], ...($name === 'dedupe_window' ? [] : [Durations::TEN_YEARS]));
            if ($list === null || count($list) > 1) {
                $problems[strtr($name, '_', '-')][] = __('Write a length of time, as 90s, 12h or 30d.', 'hookwright');
            }

            return $list[0] ?? null;
        };
        $given = fn (string $name): ?string => $this->texts[$name] === '' ? null : $this->texts[$name];
        $settings = new TopicSettings(
            validation: Validation::tryFrom($this->texts['validation']) ?? Validation::Off,
            dedupeWindow: $time('dedupe_window') ?? 0,
            keepPayloads: $time('keep_payloads'),
            keepAttempts: $time('keep_attempts'),
            deprecated: $given('deprecated'),
            replacedBy: $given('replaced_by'),
        );
        $refusal = null;
        if ($problems === []) {
            try {
                $this->hookwright->catalogue->configure($this->topic, $settings);
                Flash::success(esc_html__('The settings of the topic are saved.', 'hookwright'));
                Link::follow(Link::topic($this->topic));
            } catch (InvalidInput $refused) {
                $refusal = $refused;
            }
        }
        $this->fields = Fields::with($problems, $refusal);
    }

    public function writeNotice(): void
    {
        $this->fields->notice(...self::ROWS);
    }

    public function write(): void
    {
        printf('<form method="post" action="%s" data-guard>', esc_url(Link::topic($this->topic)));
        wp_nonce_field(self::NONCE . $this->topic);
        echo '<table class="form-table" role="presentation">';
        $this->fields->choice(
            'validation',
            __('Data that do not fit the schema', 'hookwright'),
            'validation',
            [
                Validation::Off->value => __('Nobody looks', 'hookwright'),
                Validation::Warn->value => __('Sent all the same; the receipt of the event tells', 'hookwright'),
                Validation::Enforce->value => __('Refused', 'hookwright'),
            ],
            $this->texts['validation'],
        );
        $this->time(
            'dedupe-window',
            __('Drop repetitions for', 'hookwright'),
            __('As <code>90s</code> or <code>1h</code>. An event with the same data as the last one of its subject is dropped. Empty: never.', 'hookwright'),
        );
        $kept = __('As <code>30d</code>; <code>0s</code> is for ever. Empty: as the settings say.', 'hookwright');
        $this->time('keep-payloads', __('Keep payloads for', 'hookwright'), $kept);
        $this->time('keep-attempts', __('Keep attempts for', 'hookwright'), $kept);
        $this->fields->text(
            'deprecated',
            __('Why nobody should use it any more', 'hookwright'),
            'deprecated',
            $this->texts['deprecated'],
            __('Empty: it is in use.', 'hookwright'),
            ['maxlength' => '500', 'class' => 'large-text'],
        );
        $this->fields->text(
            'replaced-by',
            __('Topic in its place', 'hookwright'),
            'replaced_by',
            $this->texts['replaced_by'],
            '',
            ['class' => 'regular-text code', 'dir' => 'ltr'],
        );
        printf('</table><p><button class="button">%s</button></p></form>', esc_html__('Save settings', 'hookwright'));
    }

    private function time(string $field, string $label, string $hint): void
    {
        $name = strtr($field, '-', '_');
        $this->fields->text($field, $label, $name, $this->texts[$name], $hint, ['class' => 'small-text code hookwright-time', 'dir' => 'ltr']);
    }
}
