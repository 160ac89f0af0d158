import { describe, expect, it } from 'vitest'
import {
  gpt4allPlaces,
  huggingFacePlaces,
  janPlaces,
  lmStudioHomes,
  ollamaPlaces,
  type Surroundings,
} from './places.ts'

const linux = (env = {}): Surroundings => ({ platform: 'linux', env, userHome: '/home/li' })
const mac = (env = {}): Surroundings => ({ platform: 'darwin', env, userHome: '/Users/li' })
const windows = (env = {}): Surroundings => ({ platform: 'win32', env, userHome: 'C:\\Users\\li' })

describe('where other programs keep models', () => {
  it.each([
    ['Ollama', ollamaPlaces(linux()), '/home/li/.ollama/models'],
    ['Ollama as a service', ollamaPlaces(linux()), '/usr/share/ollama/.ollama/models'],
    ['Ollama', ollamaPlaces(mac()), '/Users/li/.ollama/models'],
    ['Ollama', ollamaPlaces(windows()), 'C:\\Users\\li\\.ollama\\models'],
    ['Ollama elsewhere', ollamaPlaces(windows({ OLLAMA_MODELS: 'D:\\models' })), 'D:\\models'],
    ['LM Studio', lmStudioHomes(linux()), '/home/li/.lmstudio'],
    ['an old LM Studio', lmStudioHomes(mac()), '/Users/li/.cache/lm-studio'],
    ['LM Studio', lmStudioHomes(windows()), 'C:\\Users\\li\\.lmstudio'],
    ['Jan', janPlaces(linux()), '/home/li/.config/Jan/data'],
    ['Jan', janPlaces(linux({ XDG_DATA_HOME: '/data' })), '/data/Jan/data'],
    ['Jan', janPlaces(mac()), '/Users/li/Library/Application Support/Jan/data'],
    ['Jan', janPlaces(windows({ APPDATA: 'D:\\Roaming' })), 'D:\\Roaming\\Jan\\data'],
    ['Jan', janPlaces(windows()), 'C:\\Users\\li\\AppData\\Roaming\\Jan\\data'],
    ['an old Jan', janPlaces(linux()), '/home/li/jan'],
    ['GPT4All', gpt4allPlaces(linux()), '/home/li/.local/share/nomic.ai/GPT4All'],
    ['GPT4All', gpt4allPlaces(mac()), '/Users/li/Library/Application Support/nomic.ai/GPT4All'],
    ['GPT4All', gpt4allPlaces(windows()), 'C:\\Users\\li\\AppData\\Local\\nomic.ai\\GPT4All'],
    ['the Hugging Face cache', huggingFacePlaces(linux()), '/home/li/.cache/huggingface/hub'],
    ['the Hugging Face cache', huggingFacePlaces(windows()), 'C:\\Users\\li\\.cache\\huggingface\\hub'],
    ['HF_HOME', huggingFacePlaces(mac({ HF_HOME: '/Volumes/big/hf' })), '/Volumes/big/hf/hub'],
    ['HF_HUB_CACHE', huggingFacePlaces(linux({ HF_HUB_CACHE: '/big/cache' })), '/big/cache'],
    ['XDG_CACHE_HOME', huggingFacePlaces(linux({ XDG_CACHE_HOME: '/c' })), '/c/huggingface/hub'],
  ])('%s: %j has %s', (_name, places, expected) => expect(places).toContain(expected))

  it('goes where the environment points first, and nowhere for a relative path', () => {
    expect(ollamaPlaces(linux({ OLLAMA_MODELS: '/mnt/m' }))[0]).toBe('/mnt/m')
    expect(ollamaPlaces(linux({ OLLAMA_MODELS: 'models' }))).toEqual(ollamaPlaces(linux()))
    expect(huggingFacePlaces(linux({ HF_HOME: '../x' }))).toEqual(huggingFacePlaces(linux()))
  })

  it('does not look for a Linux service on Windows', () =>
    expect(ollamaPlaces(windows()).some((path) => path.startsWith('/'))).toBe(false))
})
