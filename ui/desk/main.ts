import { mount } from 'svelte'
import './style/tokens.css'
import './style/base.css'
import './style/parts.css'
import App from './App.svelte'
import { look } from './store/look.svelte'
import { nearest, speak } from './words/say.svelte'

look.apply()
await speak(nearest(navigator.language))
mount(App, { target: document.getElementById('desk')! })
