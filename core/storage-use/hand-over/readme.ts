import type { HandOver } from './manifest.ts'

/** Tells someone who finds the hand-over what it is and what to do with it, in both languages. */
export function handOverReadme({ name, title, files }: Pick<HandOver, 'name' | 'title' | 'files'>): string {
  const list = files.map((file) => `  ${file.path}`).join('\r\n')
  // Editors of Windows before 10 know only this line ending.
  return [
    `${title} (${name})`,
    '',
    'This is a language model for Hearth, a program that runs language models on your own computer.',
    'Open Hearth, go to Models and choose "Import". Pick the .hearth file, or the folder that this text is in.',
    'No network is needed. Every byte is compared before the model appears.',
    'A .hearth file is a plain tar archive. The .gguf files in it work in other programs too.',
    'The licence of the model is in LICENSE.txt, where there is one; hearth-model.json describes the model.',
    '',
    '这是供 Hearth 使用的语言模型。Hearth 是在您自己的电脑上运行语言模型的程序。',
    '打开 Hearth，进入“模型”，选择“导入”，然后选取 .hearth 文件或本文件所在的文件夹。',
    '导入不需要网络。每个字节都经过核对后，模型才会出现。',
    '.hearth 文件是普通的 tar 归档，其中的 .gguf 文件也可用于其他程序。',
    '模型的许可证（如有）见 LICENSE.txt；hearth-model.json 是模型的说明。',
    '',
    list,
    '',
  ].join('\r\n')
}
